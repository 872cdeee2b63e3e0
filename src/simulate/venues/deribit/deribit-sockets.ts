import type { Venue } from '../../exchange/venue.ts'
import { MINUTE } from '../candles.ts'
import { isObject, parseObject, type Said, textsOf } from '../messages.ts'
import type { Printed, VenueClient, VenueProtocol } from '../venue-protocol.ts'
import { candleText, tradeText } from './deribit-words.ts'

const MIN_HEARTBEAT_S = 10
const CHANNEL = /^(?:trades\.(.+)\.100ms|chart\.trades\.(.+)\.1)$/

const tradesChannel = (native: string): string => `trades.${native}.100ms`

const push = (channel: string, data: string): string =>
  `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"${channel}","data":${data}}}`

const answer = (request: Said, rest: Said, time: number): string => {
  const us = time * 1_000
  const id = request.id === undefined ? {} : { id: request.id }
  return JSON.stringify({ jsonrpc: '2.0', ...id, ...rest, usIn: us, usOut: us, usDiff: 0, testnet: false })
}

const failure = (code: number, message: string): Said => ({ error: { code, message } })

const isChannel = (venue: Venue, channel: string): boolean => {
  const [, ofTrades, ofCandles] = CHANNEL.exec(channel) ?? []
  return venue.listed.has(ofTrades ?? ofCandles ?? '')
}

type Method = (client: VenueClient, params: Said, venue: Venue) => Said

/** What it does not know is left out of the answer. */
const subscribe: Method = (client, params, venue) => {
  const listedChannels = textsOf(params.channels).filter(channel => isChannel(venue, channel))
  for (const channel of listedChannels) client.topics.add(channel)
  return { result: listedChannels }
}

const unsubscribe: Method = (client, params) => {
  const channels = textsOf(params.channels)
  for (const channel of channels) client.topics.delete(channel)
  return { result: channels }
}

const heartbeat = (seconds: number): string => `heartbeat ${seconds}`

const setHeartbeat: Method = (client, params) => {
  const seconds = Number(params.interval)
  if (!(seconds >= MIN_HEARTBEAT_S)) return failure(-32_602, 'Invalid params')
  client.topics.add(heartbeat(seconds))
  return { result: 'ok' }
}

const METHODS: Readonly<Record<string, Method>> = {
  'public/subscribe': subscribe,
  'public/unsubscribe': unsubscribe,
  'public/set_heartbeat': setHeartbeat,
  'public/test': () => ({ result: { version: '1.2.26' } }),
  'public/get_time': (_, __, venue) => ({ result: venue.now() })
}

const onMessage: VenueProtocol['sockets']['onMessage'] = (client, text, venue) => {
  const request = parseObject(text)
  if (!request) return client.send(answer({}, failure(-32_700, 'Parse error'), venue.now()))
  const method = String(request.method)
  const params = isObject(request.params) ? request.params : {}
  const result = Object.hasOwn(METHODS, method)
    ? METHODS[method]!(client, params, venue)
    : failure(-32_601, 'Method not found')
  client.send(answer(request, result, venue.now()))
}

/** Those of an instrument share messages. */
const tradeMessages = (prints: readonly Printed[]): readonly string[] =>
  [...Map.groupBy(prints, ({ listed }) => listed.feed.listing)].map(([listing, group]) =>
    push(tradesChannel(listing.native), `[${group.map(({ print }) => tradeText(listing, print)).join(',')}]`)
  )

const onSecond: VenueProtocol['sockets']['onSecond'] = (client, venue, time) => {
  const openTime = time - (time % MINUTE)
  for (const [native, { folds }] of venue.listed) {
    const channel = `chart.trades.${native}.1`
    if (client.topics.has(channel)) client.send(push(channel, candleText(folds.candle(openTime, openTime + MINUTE))))
  }
  for (const topic of client.topics) {
    const seconds = Number(/^heartbeat (\d+)$/.exec(topic)?.[1])
    if (time % (seconds * 1_000) === 0)
      client.send('{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}')
  }
}

/** JSON-RPC: https://docs.deribit.com/ */
export const deribitSockets: VenueProtocol['sockets'] = {
  route: ({ pathname }) => (/^\/ws\/api\/v2\/?$/.test(pathname) ? 'v2' : null),
  messagesPerSecond: 20,
  onMessage,
  isSubscribed: ({ topics }, native) => topics.has(tradesChannel(native)),
  tradeMessages,
  onSecond
}

import type { WireCandle } from '../../../exchange/binance/stream/encode.ts'
import type { Listed, Venue } from '../../exchange/venue.ts'
import { isObject, isoMicros, parseObject, type Said, textsOf } from '../messages.ts'
import { newestBefore, priceOf, quantityOf } from '../prints.ts'
import type { Printed, VenueClient, VenueProtocol } from '../venue-protocol.ts'
import { sendBook, sendBookChanges } from './kraken-book.ts'

const SNAPSHOT = 50
const MINUTE = 60_000
/** The candle before is sent once more while its last trades may be new. */
const TURN_MS = 2_000
const CHANNELS = ['trade', 'book', 'ohlc']

type Params = { readonly channel: string; readonly snapshot: boolean; readonly symbols: readonly string[] }

const tradeText = ({ listed: { feed }, print }: Printed): string =>
  `{"symbol":"${feed.listing.symbol}","side":"${print.sell ? 'sell' : 'buy'}","price":${priceOf(feed.listing, print)}` +
  `,"qty":${quantityOf(feed.listing, print)},"ord_type":"limit","trade_id":${print.id},"timestamp":"${isoMicros(print.time)}"}`

/** Trades of several symbols may share a message. */
const tradeMessage = (type: 'snapshot' | 'update', prints: readonly Printed[]): string =>
  `{"channel":"trade","type":"${type}","data":[${prints.map(tradeText).join(',')}]}`

const candleText = ({ feed: { listing } }: Listed, candle: WireCandle): string => {
  const average =
    candle.tradeCount === 0
      ? candle.close
      : (Number(candle.quoteVolume) / Number(candle.volume)).toFixed(listing.priceDigits)
  return (
    `{"symbol":"${listing.symbol}","open":${candle.open},"high":${candle.high},"low":${candle.low},"close":${candle.close},"trades":${candle.tradeCount}` +
    `,"volume":${candle.volume},"vwap":${average},"interval_begin":"${isoMicros(candle.openTime).replace('Z', '000Z')}","interval":1` +
    `,"timestamp":"${isoMicros(candle.closeTime)}"}`
  )
}

const candleMessage = (listed: Listed, openTime: number, time: number): string =>
  `{"channel":"ohlc","type":"update","timestamp":"${isoMicros(time)}"` +
  `,"data":[${candleText(listed, listed.folds.candle(openTime, openTime + MINUTE))}]}`

/** An answer to a request, which repeats its number. */
const reply = (request: Said, time: number, rest: Said): string => {
  const { method, req_id } = request
  const stamp = isoMicros(time)
  return JSON.stringify({
    method,
    ...rest,
    time_in: stamp,
    time_out: stamp,
    ...(req_id === undefined ? {} : { req_id })
  })
}

const snapshotOf = (venue: Venue, listed: Listed): string => {
  const prints = newestBefore(venue, listed, listed.feed.endId(), SNAPSHOT).map(print => ({ listed, print }))
  return tradeMessage('snapshot', prints)
}

const subscribe = (client: VenueClient, request: Said, params: Params, venue: Venue): void => {
  const { channel, snapshot } = params
  for (const symbol of params.symbols) {
    const listed = venue.listed.get(symbol)
    if (!listed) {
      const error = `Currency pair not supported ${symbol}`
      client.send(reply(request, venue.now(), { success: false, error, symbol }))
      continue
    }
    client.topics.add(`${channel} ${symbol}`)
    client.send(reply(request, venue.now(), { success: true, result: { channel, snapshot, symbol } }))
    if (channel === 'trade' && snapshot) client.send(snapshotOf(venue, listed))
    if (channel === 'book') sendBook(client, listed, venue.now())
  }
}

const unsubscribe = (client: VenueClient, request: Said, { channel, symbols }: Params, venue: Venue): void => {
  for (const symbol of symbols) {
    client.topics.delete(`${channel} ${symbol}`)
    client.send(reply(request, venue.now(), { success: true, result: { channel, symbol } }))
  }
}

const METHODS: Readonly<Record<string, typeof subscribe>> = { subscribe, unsubscribe }

const onMessage: VenueProtocol['sockets']['onMessage'] = (client, text, venue) => {
  const request = parseObject(text)
  if (!request) return client.send('{"error":"Malformed request","success":false}')
  if (request.method === 'ping') return client.send(reply({ ...request, method: 'pong' }, venue.now(), {}))
  const act = Object.hasOwn(METHODS, String(request.method)) ? METHODS[String(request.method)] : undefined
  const refuse = (error: string): void => client.send(reply(request, venue.now(), { success: false, error }))
  if (!act) return refuse('Unsupported method')
  const params = isObject(request.params) ? request.params : {}
  const channel = String(params.channel)
  if (!CHANNELS.includes(channel)) return refuse(`Channel not supported ${channel}`)
  act(client, request, { channel, snapshot: params.snapshot === true, symbols: textsOf(params.symbol) }, venue)
}

const onSecond: VenueProtocol['sockets']['onSecond'] = (client, venue, time) => {
  sendBookChanges(client, venue, time)
  for (const topic of client.topics) {
    const listed = topic.startsWith('ohlc ') ? venue.listed.get(topic.slice('ohlc '.length)) : undefined
    if (!listed) continue
    const openTime = time - (time % MINUTE)
    if (time - openTime < TURN_MS) client.send(candleMessage(listed, openTime - MINUTE, time))
    client.send(candleMessage(listed, openTime, time))
  }
}

const STATUS =
  '{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2","connection_id":1}]}'

/** The second version of the socket: https://docs.kraken.com/api/docs/websocket-v2/trade */
export const krakenSockets: VenueProtocol['sockets'] = {
  route: ({ pathname }) => (/^\/v2\/?$/.test(pathname) ? 'v2' : null),
  messagesPerSecond: 20,
  onOpen: client => client.send(STATUS),
  onMessage,
  isSubscribed: ({ topics }, native) => topics.has(`trade ${native}`),
  tradeMessages: prints => [tradeMessage('update', prints)],
  onSecond,
  idle: { afterMs: 1_000, message: '{"channel":"heartbeat"}' }
}

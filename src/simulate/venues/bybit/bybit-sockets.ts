import type { Venue } from '../../exchange/venue.ts'
import { fromCloseBefore, minutesAt } from '../candles.ts'
import { parseObject, type Said, textsOf } from '../messages.ts'
import { priceOf, quantityOf } from '../prints.ts'
import type { Printed, VenueClient, VenueProtocol } from '../venue-protocol.ts'
import { categoryOf, nameOf, sequenceOf, tradeId } from './bybit-words.ts'

const CONNECTION = 'simulated'
const MAX_TRADES = 1_024
const MAX_SPOT_ARGS = 10
const TOPIC = /^(?:publicTrade|kline\.1)\.(.+)$/

const tradeRow = ({ listed: { feed }, print }: Printed) => {
  const { listing } = feed
  return {
    T: print.time,
    s: nameOf(listing.native),
    S: print.sell ? 'Sell' : 'Buy',
    v: quantityOf(listing, print),
    p: priceOf(listing, print),
    ...(categoryOf(listing.native) === 'linear' && { L: 'ZeroPlusTick' }),
    i: tradeId(listing.native, print.id),
    BT: false,
    RPI: false,
    seq: sequenceOf(print.time)
  }
}

const tradeMessage = (prints: readonly Printed[]): string =>
  JSON.stringify({
    topic: `publicTrade.${nameOf(prints[0]!.listed.feed.listing.native)}`,
    type: 'snapshot',
    ts: prints.at(-1)!.print.time,
    data: prints.map(tradeRow)
  })

/** Those of an instrument share messages. */
const tradeMessages = (prints: readonly Printed[]): readonly string[] =>
  [...Map.groupBy(prints, ({ listed }) => listed.feed.listing.native).values()].flatMap(group =>
    Array.from({ length: Math.ceil(group.length / MAX_TRADES) }, (_, i) =>
      tradeMessage(group.slice(i * MAX_TRADES, (i + 1) * MAX_TRADES))
    )
  )

const reply = (request: Said, success: boolean, message: string): string =>
  JSON.stringify({
    success,
    ret_msg: message,
    conn_id: CONNECTION,
    req_id: typeof request.req_id === 'string' ? request.req_id : '',
    op: request.op
  })

const isTopic = (client: VenueClient, venue: Venue, topic: string): boolean =>
  venue.listed.has(`${client.route} ${TOPIC.exec(topic)?.[1]}`)

type Operation = (client: VenueClient, request: Said, venue: Venue) => string

/** All of a request, or nothing. */
const subscribe: Operation = (client, request, venue) => {
  const topics = textsOf(request.args)
  if (client.route === 'spot' && topics.length > MAX_SPOT_ARGS) return reply(request, false, 'args size >10')
  const unknown = topics.find(topic => !isTopic(client, venue, topic))
  if (unknown !== undefined) return reply(request, false, `error:handler not found,topic:${unknown}`)
  for (const topic of topics) client.topics.add(topic)
  return reply(request, true, client.route === 'spot' ? 'subscribe' : '')
}

const unsubscribe: Operation = (client, request) => {
  for (const topic of textsOf(request.args)) client.topics.delete(topic)
  return reply(request, true, '')
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  subscribe,
  unsubscribe,
  ping: (_, request) => reply(request, true, 'pong')
}

const onMessage: VenueProtocol['sockets']['onMessage'] = (client, text, venue) => {
  const request = parseObject(text)
  const op = String(request?.op)
  if (!request) client.send('{"success":false,"ret_msg":"error:Unmarshal error"}')
  else if (!Object.hasOwn(OPERATIONS, op)) client.send(reply(request, false, 'error:unknown op'))
  else client.send(OPERATIONS[op]!(client, request, venue))
}

/** At the turn of a minute the candle that has closed and the one that forms come in one message. */
const onSecond: VenueProtocol['sockets']['onSecond'] = (client, venue, time) => {
  for (const topic of client.topics) {
    const listed = topic.startsWith('kline.')
      ? venue.listed.get(`${client.route} ${TOPIC.exec(topic)?.[1]}`)
      : undefined
    if (!listed) continue
    const data = minutesAt(listed, time).map(({ candle, closed }) => {
      const { openTime, closeTime, open, high, low, close, volume, quoteVolume } = fromCloseBefore(listed, candle)
      const window = { start: openTime, end: closeTime - 1, interval: '1' }
      return { ...window, open, close, high, low, volume, turnover: quoteVolume, confirm: closed, timestamp: time }
    })
    client.send(JSON.stringify({ topic, data, ts: time, type: 'snapshot' }))
  }
}

/** https://bybit-exchange.github.io/docs/v5/ws/connect */
export const bybitSockets: VenueProtocol['sockets'] = {
  route: ({ pathname }) => /^\/v5\/public\/(linear|spot)\/?$/.exec(pathname)?.[1] ?? null,
  messagesPerSecond: 50,
  onMessage,
  isSubscribed: ({ route, topics }, native) =>
    categoryOf(native) === route && topics.has(`publicTrade.${nameOf(native)}`),
  tradeMessages,
  onSecond
}

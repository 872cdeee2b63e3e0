import { minutesAt } from '../candles.ts'
import { isObject, parseObject, type Said } from '../messages.ts'
import type { VenueClient, VenueProtocol } from '../venue-protocol.ts'
import { candleRow, tradeOf } from './okx-words.ts'

const CONNECTION = 'a0000001'
const TRADES = 'trades-all'
const CANDLES = 'candle1m'
/** Both are served on one of the sockets alone. */
const BUSINESS = 'business'

const push = (channel: string, instId: string, data: readonly unknown[]): string =>
  JSON.stringify({ arg: { channel, instId }, data })

const answer = (request: Said, rest: Said): string =>
  JSON.stringify({ ...(request.id === undefined ? {} : { id: request.id }), ...rest, connId: CONNECTION })

/** Subscribes to a channel or leaves it; returns the answer. */
const change = (client: VenueClient, request: Said, arg: Said, isListed: boolean): string => {
  const { channel, instId } = arg
  const isServed = client.route === BUSINESS && (channel === TRADES || channel === CANDLES)
  if (!isListed || !isServed) {
    const msg = `Wrong URL or channel:${channel},instId:${instId} doesn't exist. Please use the correct URL, channel and parameters referring to API document.`
    return answer(request, { event: 'error', code: '60018', msg })
  }
  const topic = `${channel} ${instId}`
  if (request.op === 'subscribe') client.topics.add(topic)
  else client.topics.delete(topic)
  return answer(request, { event: request.op, arg })
}

const onRequest: VenueProtocol['sockets']['onMessage'] = (client, text, venue) => {
  const request = parseObject(text)
  const args: readonly unknown[] = Array.isArray(request?.args) ? request.args : []
  if (!request || (request.op !== 'subscribe' && request.op !== 'unsubscribe') || args.length === 0)
    client.send(answer(request ?? {}, { event: 'error', code: '60012', msg: `Invalid request: ${text}` }))
  else
    for (const arg of args.filter(isObject))
      client.send(change(client, request, arg, venue.listed.has(String(arg.instId))))
}

/** The candle that has closed comes in a message of its own. */
const onSecond: VenueProtocol['sockets']['onSecond'] = (client, venue, time) => {
  for (const [native, listed] of venue.listed) {
    if (!client.topics.has(`${CANDLES} ${native}`)) continue
    for (const { candle, closed } of minutesAt(listed, time))
      client.send(push(CANDLES, native, [candleRow(listed.feed.listing, candle, closed)]))
  }
}

/** https://www.okx.com/docs-v5/en/#overview-websocket */
export const okxSockets: VenueProtocol['sockets'] = {
  route: ({ pathname }) => /^\/ws\/v5\/(public|business)$/.exec(pathname)?.[1] ?? null,
  messagesPerSecond: 20,
  onMessage: (client, text, venue) => (text === 'ping' ? client.send('pong') : onRequest(client, text, venue)),
  isSubscribed: ({ topics }, native) => topics.has(`${TRADES} ${native}`),
  tradeMessages: prints =>
    prints.map(({ listed: { feed }, print }) => push(TRADES, feed.listing.native, [tradeOf(feed.listing, print)])),
  onSecond
}

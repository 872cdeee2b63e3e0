import { hash, hashText, printHash } from '../../market/seeded-random.ts'
import { printUuid } from '../identities.ts'
import { isObject, isoMicros, parseObject, type Said, textsOf } from '../messages.ts'
import { newestBefore, priceOf, quantityOf } from '../prints.ts'
import type { Printed, VenueClient, VenueProtocol } from '../venue-protocol.ts'

const CHANNELS = ['matches', 'heartbeat']
const [MAKER, SEQUENCE] = [1, 2]
/** Orders are numbered too, so the numbers of matches alone have gaps. */
const EVENTS_PER_TRADE = 8

const sequenceOf = (native: string, id: number): number =>
  id * EVENTS_PER_TRADE + (printHash(native, id, SEQUENCE) % EVENTS_PER_TRADE)

/** Trades of one moment and side belong to one taker. */
const takerOf = (native: string, time: number, sell: boolean): string =>
  printUuid(native, hash(hashText(native), 0, time % 2 ** 32, sell ? 1 : 0))

/** The side is the maker's, here and in REST. */
export const makerSide = (sell: boolean): 'buy' | 'sell' => (sell ? 'buy' : 'sell')

const matchText = (type: 'match' | 'last_match', { listed: { feed }, print }: Printed): string => {
  const { listing } = feed
  const { native } = listing
  return (
    `{"type":"${type}","trade_id":${print.id},"maker_order_id":"${printUuid(native, print.id, MAKER)}"` +
    `,"taker_order_id":"${takerOf(native, print.time, print.sell)}","side":"${makerSide(print.sell)}"` +
    `,"size":"${quantityOf(listing, print)}","price":"${priceOf(listing, print)}","product_id":"${native}"` +
    `,"sequence":${sequenceOf(native, print.id)},"time":"${isoMicros(print.time)}"}`
  )
}

type Wanted = { readonly channel: string; readonly native: string }

/** Channels stand as names with the products beside them, or with products of their own. */
const wantedIn = (request: Said): readonly Wanted[] => {
  const channels: readonly unknown[] = Array.isArray(request.channels) ? request.channels : []
  return channels.flatMap(item => {
    const [name, products] = isObject(item)
      ? [item.name, item.product_ids ?? request.product_ids]
      : [item, request.product_ids]
    return textsOf(products).map(native => ({ channel: String(name), native }))
  })
}

const error = (message: string, reason?: string): string => JSON.stringify({ type: 'error', message, reason })

/** All that is subscribed by now. */
const subscriptions = ({ topics }: VenueClient): string => {
  const byChannel = Map.groupBy(topics, topic => topic.split(' ')[0]!)
  const channels = [...byChannel].map(([name, products]) => ({
    name,
    product_ids: products.map(topic => topic.slice(name.length + 1)),
    account_ids: null
  }))
  return JSON.stringify({ type: 'subscriptions', channels })
}

const subscribe: VenueProtocol['sockets']['onMessage'] = (client, text, venue) => {
  const wanted = wantedIn(parseObject(text) ?? {})
  const channel = wanted.find(one => !CHANNELS.includes(one.channel))
  if (channel) return client.send(error('Failed to subscribe', `${channel.channel} is not a valid channel`))
  const product = wanted.find(one => !venue.listed.has(one.native))
  if (product) return client.send(error('Failed to subscribe', `${product.native} is not a valid product`))
  if (wanted.length === 0) return client.send(error('Failed to subscribe', 'no channels or products given'))
  for (const one of wanted) client.topics.add(`${one.channel} ${one.native}`)
  client.send(subscriptions(client))
  for (const one of wanted) {
    const listed = one.channel === 'matches' ? venue.listed.get(one.native) : undefined
    if (!listed) continue
    for (const print of newestBefore(venue, listed, listed.feed.endId(), 1))
      client.send(matchText('last_match', { listed, print }))
  }
}

const unsubscribe: VenueProtocol['sockets']['onMessage'] = (client, text) => {
  for (const one of wantedIn(parseObject(text) ?? {})) client.topics.delete(`${one.channel} ${one.native}`)
  client.send(subscriptions(client))
}

const ACTS: Readonly<Record<string, typeof subscribe>> = { subscribe, unsubscribe }

const onMessage: VenueProtocol['sockets']['onMessage'] = (client, text, venue) => {
  const request = parseObject(text)
  if (!request) return client.send(error('Malformed JSON'))
  const type = String(request.type)
  if (!Object.hasOwn(ACTS, type)) return client.send(error(`${type} is not a valid type`))
  ACTS[type]!(client, text, venue)
}

/** Each tells of the newest trade of its product, sent or not. */
const onSecond: VenueProtocol['sockets']['onSecond'] = (client, venue, time) => {
  for (const [native, { feed }] of venue.listed) {
    const id = feed.endId() - 1
    if (client.topics.has(`heartbeat ${native}`))
      client.send(
        `{"type":"heartbeat","last_trade_id":${id},"product_id":"${native}","sequence":${sequenceOf(native, id) + 1}` +
          `,"time":"${isoMicros(time)}"}`
      )
  }
}

/** https://docs.cdp.coinbase.com/exchange/websocket-feed/channels */
export const coinbaseSockets: VenueProtocol['sockets'] = {
  route: ({ pathname }) => (pathname === '/' ? '' : null),
  messagesPerSecond: 100,
  onMessage,
  isSubscribed: ({ topics }, native) => topics.has(`matches ${native}`),
  tradeMessages: prints => prints.map(printed => matchText('match', printed)),
  onSecond
}

import type { Listed, Venue } from '../../exchange/venue.ts'
import { parseObject, textsOf } from '../messages.ts'
import { newestBefore } from '../prints.ts'
import type { VenueClient, VenueProtocol } from '../venue-protocol.ts'
import { tradeText } from './kraken-futures-words.ts'

/** A subscription begins with so many of the newest trades. */
const SNAPSHOT = 100
/** No product has a name like it. */
const HEARTBEAT = 'heartbeat'

const eventText = (event: string, rest: object = {}): string => JSON.stringify({ event, ...rest })

/** Newest first. */
const snapshotOf = (venue: Venue, listed: Listed): string => {
  const { listing } = listed.feed
  const trades = newestBefore(venue, listed, listed.feed.endId(), SNAPSHOT).map(print => tradeText(listing, print))
  return `{"feed":"trade_snapshot","product_id":"${listing.native}","trades":[${trades.toReversed().join(',')}]}`
}

/** Names are taken in small letters as well. */
const find = (venue: Venue, name: string): readonly [string, Listed] | undefined =>
  [...venue.listed].find(([native]) => native.toLowerCase() === name.toLowerCase())

const subscribeTo = (client: VenueClient, topic: string): boolean => {
  const isNew = !client.topics.has(topic)
  client.topics.add(topic)
  if (!isNew) client.send(eventText('alert', { message: 'Already subscribed to feed, re-requesting' }))
  return isNew
}

/** Every product is confirmed by itself. */
const subscribe = (client: VenueClient, names: readonly string[], venue: Venue): void => {
  for (const name of names) {
    const found = find(venue, name)
    if (!found) client.send(eventText('error', { message: 'Invalid product id' }))
    else if (subscribeTo(client, found[0])) {
      client.send(eventText('subscribed', { feed: 'trade', product_ids: [found[0]] }))
      client.send(snapshotOf(venue, found[1]))
    }
  }
}

const unsubscribe = (client: VenueClient, feed: string, names: readonly string[], venue: Venue): void => {
  const topics = feed === HEARTBEAT ? [HEARTBEAT] : names.map(name => find(venue, name)?.[0] ?? name)
  for (const topic of topics) client.topics.delete(topic)
  client.send(eventText('unsubscribed', { feed, ...(feed === 'trade' && { product_ids: topics }) }))
}

const onMessage: VenueProtocol['sockets']['onMessage'] = (client, text, venue) => {
  const request = parseObject(text)
  if (!request) return client.send(eventText('error', { message: 'Json Error' }))
  const feed = String(request.feed)
  const names = textsOf(request.product_ids)
  if (feed !== 'trade' && feed !== HEARTBEAT) return client.send(eventText('error', { message: 'Invalid feed' }))
  if (request.event === 'unsubscribe') return unsubscribe(client, feed, names, venue)
  if (request.event !== 'subscribe') return client.send(eventText('error', { message: 'Invalid event' }))
  if (feed === 'trade') return subscribe(client, names, venue)
  if (subscribeTo(client, HEARTBEAT)) client.send(eventText('subscribed', { feed }))
}

/** https://docs.kraken.com/exchange/api-reference/futures-websocket */
export const krakenFuturesSockets: VenueProtocol['sockets'] = {
  route: ({ pathname }) => (pathname === '/ws/v1' ? '' : null),
  messagesPerSecond: 100,
  onOpen: client => client.send(eventText('info', { version: 1 })),
  onMessage,
  isSubscribed: ({ topics }, native) => topics.has(native),
  tradeMessages: prints => prints.map(({ listed, print }) => tradeText(listed.feed.listing, print)),
  onSecond: (client, _, time) => {
    if (client.topics.has(HEARTBEAT)) client.send(`{"feed":"heartbeat","time":${time}}`)
  }
}

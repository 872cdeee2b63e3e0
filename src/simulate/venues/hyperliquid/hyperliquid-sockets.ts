import type { Listed, Venue } from '../../exchange/venue.ts'
import { isObject, parseObject, type Said } from '../messages.ts'
import { newestBefore } from '../prints.ts'
import type { Printed, VenueClient, VenueProtocol } from '../venue-protocol.ts'
import { tradeText } from './hyperliquid-words.ts'

/** A subscription begins with so many of the newest trades. */
const SNAPSHOT = 30

const said = (channel: string, data?: unknown): string => JSON.stringify({ channel, data })

const tradesMessage = (texts: readonly string[]): string => `{"channel":"trades","data":[${texts.join(',')}]}`

const snapshotOf = (venue: Venue, listed: Listed): readonly string[] =>
  newestBefore(venue, listed, listed.feed.endId(), SNAPSHOT).map(print => tradeText(listed.feed.listing, print))

const subscribe = (client: VenueClient, subscription: Said, venue: Venue): void => {
  const { type, coin } = subscription
  const listed = type === 'trades' ? venue.listed.get(String(coin)) : undefined
  if (listed) {
    client.topics.add(String(coin))
    client.send(said('subscriptionResponse', { method: 'subscribe', subscription }))
    client.send(tradesMessage(snapshotOf(venue, listed)))
  } else client.send(said('error', `Invalid subscription ${JSON.stringify(subscription)}`))
}

const unsubscribe = (client: VenueClient, subscription: Said): void => {
  const answer = client.topics.delete(String(subscription.coin))
    ? said('subscriptionResponse', { method: 'unsubscribe', subscription })
    : said('error', `Already unsubscribed: ${JSON.stringify(subscription)}`)
  client.send(answer)
}

const onMessage: VenueProtocol['sockets']['onMessage'] = (client, text, venue) => {
  const { method, subscription } = parseObject(text) ?? {}
  if (method === 'ping') return client.send(said('pong'))
  if (method === 'subscribe' && isObject(subscription)) return subscribe(client, subscription, venue)
  if (method === 'unsubscribe' && isObject(subscription)) return unsubscribe(client, subscription)
  client.send(said('error', `Error parsing JSON into valid websocket request: ${text}`))
}

/** Those of a coin share a message, oldest first. */
const tradeMessages = (prints: readonly Printed[]): readonly string[] =>
  [...Map.groupBy(prints, ({ listed }) => listed.feed.listing)].map(([listing, group]) =>
    tradesMessage(group.map(({ print }) => tradeText(listing, print)))
  )

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export const hyperliquidSockets: VenueProtocol['sockets'] = {
  route: ({ pathname }) => (pathname === '/ws' ? '' : null),
  // 2,000 messages a minute of one address.
  messagesPerSecond: 33,
  onOpen: client => client.send('Websocket connection established.'),
  onMessage,
  isSubscribed: ({ topics }, native) => topics.has(native),
  tradeMessages
}

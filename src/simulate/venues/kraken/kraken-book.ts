import { crc32 } from 'node:zlib'
import type { Listed, Venue } from '../../exchange/venue.ts'
import type { Listing } from '../../market/listing.ts'
import type { Levels } from '../../market/market.ts'
import { isoMicros } from '../messages.ts'
import type { VenueClient } from '../venue-protocol.ts'

/** The least depth that it offers, and what its checksum covers. */
const DEPTH = 10
const TOPIC = 'book '

type Sides = { readonly bids: Levels; readonly asks: Levels }

/** What each client was sent last of each book. */
const published = new WeakMap<VenueClient, Map<string, Sides>>()

const fixed = (decimal: string, digits: number): string => {
  const [integer, fraction = ''] = decimal.split('.')
  return digits === 0 ? integer! : `${integer}.${fraction.padEnd(digits, '0')}`
}

/** The best levels, with all digits of the instrument. */
const best = ({ priceDigits, quantityDigits }: Listing, levels: Levels): Levels =>
  levels
    .slice(0, DEPTH)
    .map(([price, quantity]) => [fixed(price, priceDigits), fixed(quantity, quantityDigits)] as const)

const checksum = ({ bids, asks }: Sides): number =>
  crc32([...asks, ...bids].flatMap(level => level.map(text => text.replace('.', '').replace(/^0+/, ''))).join(''))

const levelsText = (levels: Levels): string =>
  `[${levels.map(([price, quantity]) => `{"price":${price},"qty":${quantity}}`).join(',')}]`

const message = (type: string, { listing }: Listed['feed'], published: Sides, now: Sides, time: number): string =>
  `{"channel":"book","type":"${type}","data":[{"symbol":"${listing.symbol}","bids":${levelsText(published.bids)}` +
  `,"asks":${levelsText(published.asks)},"checksum":${checksum(now)},"timestamp":"${isoMicros(time)}"}]}`

/** Levels that are new or other ones, and those that are gone with a quantity of 0. */
const changed = (before: Levels, now: Levels): Levels => {
  const [previous, prices] = [new Map(before), new Set(now.map(([price]) => price))]
  const gone = before.filter(([price]) => !prices.has(price)).map(([price]) => [price, '0'] as const)
  return [...now.filter(([price, quantity]) => previous.get(price) !== quantity), ...gone]
}

const sidesOf = ({ feed }: Listed): Sides => {
  const { bids, asks } = feed.book()
  return { bids: best(feed.listing, bids), asks: best(feed.listing, asks) }
}

/** Begins with the book as it stands. */
export const sendBook = (client: VenueClient, listed: Listed, time: number): void => {
  const now = sidesOf(listed)
  const books = published.get(client) ?? new Map<string, Sides>()
  published.set(client, books.set(listed.feed.listing.symbol, now))
  client.send(message('snapshot', listed.feed, now, now, time))
}

/** Tells what has changed in the books that a client follows. */
export const sendBookChanges = (client: VenueClient, venue: Venue, time: number): void => {
  for (const [symbol, before] of published.get(client) ?? []) {
    const listed = client.topics.has(TOPIC + symbol) ? venue.listed.get(symbol) : undefined
    if (!listed) continue
    const now = sidesOf(listed)
    const change = { bids: changed(before.bids, now.bids), asks: changed(before.asks, now.asks) }
    published.get(client)?.set(symbol, now)
    if (change.bids.length + change.asks.length > 0) client.send(message('update', listed.feed, change, now, time))
  }
}

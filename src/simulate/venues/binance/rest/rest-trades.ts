import { encodeHistoricalTrade } from '../../../../exchange/binance/rest/encode-rest.ts'
import type { Listed, Venue } from '../../../exchange/venue.ts'
import type { Listing } from '../../../market/listing.ts'
import type { Feed, Print } from '../../../market/market.ts'
import { quoteQuantity, wireTrade } from '../../../market/wire-text.ts'
import { limitOf, Refusal, required, wholeNumber } from './rest-query.ts'

const MAX = 1_000
/** Trades looked at a time: more only where some are lost. */
const STRIDE = 1_000

type Range = { readonly from: number; readonly to: number }

/** The symbol that is asked for. Throws a refusal for one that is not listed. */
export const listedOf = (venue: Venue, query: URLSearchParams): Listed => {
  const listed = venue.listed.get(required(query, 'symbol'))
  if (!listed) throw new Refusal(-1121, 'Invalid symbol.')
  return listed
}

const retained = (venue: Venue, feed: Feed, range: Range): Print[] => {
  const prints: Print[] = []
  feed.visit(range.from, range.to, print => {
    if (!venue.isUnrecoverable(feed.listing.native, print.id)) prints.push(print)
  })
  return prints
}

const oldest = (venue: Venue, feed: Feed, range: Range, limit: number): Print[] => {
  const prints: Print[] = []
  for (let from = range.from; from < range.to && prints.length < limit; from += STRIDE)
    prints.push(...retained(venue, feed, { from, to: Math.min(range.to, from + STRIDE) }))
  return prints.slice(0, limit)
}

const newest = (venue: Venue, feed: Feed, range: Range, limit: number): Print[] => {
  let prints: Print[] = []
  for (let to = range.to; to > range.from && prints.length < limit; to -= STRIDE)
    prints = [...retained(venue, feed, { from: Math.max(range.from, to - STRIDE), to }), ...prints]
  return prints.slice(-limit)
}

const all = (feed: Feed): Range => ({ from: feed.firstId(), to: feed.endId() })

/** Trades from `fromId` on, otherwise the newest ones. */
const byId = (venue: Venue, feed: Feed, fromId: number | null, limit: number): Print[] =>
  fromId === null
    ? newest(venue, feed, all(feed), limit)
    : oldest(venue, feed, { from: Math.max(fromId, feed.firstId()), to: feed.endId() }, limit)

const list = (prints: readonly Print[], encode: (print: Print) => string): string => `[${prints.map(encode).join(',')}]`

/** `historicalTrades`, and `trades` which takes no `fromId`. */
export const tradesBody = (venue: Venue, query: URLSearchParams, acceptsId: boolean): string => {
  const { feed } = listedOf(venue, query)
  const fromId = acceptsId ? wholeNumber(query, 'fromId') : null
  const prints = byId(venue, feed, fromId, limitOf(query, 500, MAX))
  return list(prints, print =>
    encodeHistoricalTrade(wireTrade(feed.listing, print), quoteQuantity(feed.listing, print))
  )
}

/** `aggTrades`, by id or by time; `encode`: what it says of one. */
export const aggTradesBody = (
  venue: Venue,
  query: URLSearchParams,
  encode: (listing: Listing, print: Print) => string
): string => {
  const { feed } = listedOf(venue, query)
  const [fromId, start, end] = [
    wholeNumber(query, 'fromId'),
    wholeNumber(query, 'startTime'),
    wholeNumber(query, 'endTime')
  ]
  const limit = limitOf(query, 500, MAX)
  const timed = start !== null || end !== null
  if (fromId !== null && timed) throw new Refusal(-1128, 'Combination of optional parameters invalid.')
  const range = {
    from: start === null ? feed.firstId() : feed.idAt(start),
    to: end === null ? feed.endId() : feed.idAt(end + 1)
  }
  const inTime = start === null ? newest : oldest
  const prints = timed ? inTime(venue, feed, range, limit) : byId(venue, feed, fromId, limit)
  return list(prints, print => encode(feed.listing, print))
}

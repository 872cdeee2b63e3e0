import { encodeDay, encodeKlineRow, encodeTop } from '../../../../exchange/binance/rest/encode-rest.ts'
import { encodeBook } from '../../../../exchange/binance/stream/encode.ts'
import { candlePage } from '../../../exchange/candle-page.ts'
import type { Listed, MarketStatus, Venue } from '../../../exchange/venue.ts'
import type { Listing } from '../../../market/listing.ts'
import { wireTop } from '../../../market/wire-text.ts'
import { klineLength } from '../kline-interval.ts'
import { limitOf, Refusal, required, wholeNumber } from './rest-query.ts'
import { listedOf } from './rest-trades.ts'

/** `depth` */
export const depthBody = (venue: Venue, query: URLSearchParams): string => {
  const book = listedOf(venue, query).feed.book()
  const limit = limitOf(query, 100, 5_000)
  return encodeBook(book.id, book.bids.slice(0, limit), book.asks.slice(0, limit))
}

/** `klines` */
export const klinesBody = async (venue: Venue, query: URLSearchParams): Promise<string> => {
  const listed = listedOf(venue, query)
  const length = klineLength(required(query, 'interval'))
  if (!length) throw new Refusal(-1120, 'Invalid interval.')
  const [startTime, endTime] = [wholeNumber(query, 'startTime'), wholeNumber(query, 'endTime')]
  const asked = { length, startTime, endTime, limit: limitOf(query, 500, 1_000) }
  return `[${(await candlePage(listed, venue.now(), asked, venue.pause)).map(encodeKlineRow).join(',')}]`
}

const parseNames = (text: string): readonly unknown[] => {
  try {
    const names: unknown = JSON.parse(text)
    if (Array.isArray(names)) return names
  } catch {
    // Refused below, like anything else that is no list.
  }
  throw new Refusal(-1100, "Illegal characters found in parameter 'symbols'.")
}

/** The symbols named by `symbol` or `symbols`, otherwise all. */
const chosen = (venue: Venue, query: URLSearchParams): readonly Listed[] => {
  const several = query.get('symbols')
  if (several === null) return query.get('symbol') ? [listedOf(venue, query)] : [...venue.listed.values()]
  return parseNames(several).map(name => listedOf(venue, new URLSearchParams({ symbol: String(name) })))
}

/** `exchangeInfo`; `encode`: what it says of a symbol. */
export const exchangeInfoBody =
  (weightPerMinute: number, encode: (listing: Listing, status: MarketStatus) => string) =>
  (venue: Venue, query: URLSearchParams): string =>
    `{"timezone":"UTC","serverTime":${venue.now()},"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE"` +
    `,"intervalNum":1,"limit":${weightPerMinute}}],"exchangeFilters":[]` +
    `,"symbols":[${chosen(venue, query)
      .map(({ feed }) => encode(feed.listing, venue.statusOf(feed.listing.native)))
      .join(',')}]}`

/** One object for `symbol`, a list otherwise. */
const each = (venue: Venue, query: URLSearchParams, encode: (listed: Listed) => string | null): string => {
  const texts = chosen(venue, query).flatMap(listed => encode(listed) ?? [])
  return query.get('symbol') ? (texts[0] ?? '{}') : `[${texts.join(',')}]`
}

/** `ticker/24hr` */
export const dayBody = (venue: Venue, query: URLSearchParams): string =>
  each(venue, query, ({ feed, day }) => {
    const figures = day.at(venue.now())
    return figures && encodeDay(feed.listing.native, figures)
  })

/** `ticker/bookTicker` */
export const topBody = (venue: Venue, query: URLSearchParams): string =>
  each(venue, query, ({ feed }) => encodeTop(feed.listing.native, wireTop(feed.book())))

/** `time` */
export const timeBody = (venue: Venue): string => `{"serverTime":${venue.now()}}`

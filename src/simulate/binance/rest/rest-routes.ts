import { encodeDay, encodeKlineRow, encodeSymbol, encodeTop } from '../../../exchange/binance/rest/encode-rest.ts'
import { encodeBook } from '../../../exchange/binance/stream/encode.ts'
import { candlePage } from '../../exchange/candle-page.ts'
import type { Listed, Venue } from '../../exchange/venue.ts'
import { fixedText } from '../../market/fixed-text.ts'
import type { Listing } from '../../market/listing.ts'
import { wireTop } from '../../market/wire-text.ts'
import { klineLength } from '../kline-interval.ts'
import { limitOf, Refusal, required, wholeNumber } from './rest-query.ts'
import { aggTradesBody, listedOf, tradesBody } from './rest-trades.ts'
import { WEIGHT_PER_MINUTE } from './weight-per-minute.ts'

/** One endpoint under `/api/v3/`: what it costs and the JSON it answers with. Throws refusals. */
export type Route = {
  readonly weight: (query: URLSearchParams) => number
  readonly body: (venue: Venue, query: URLSearchParams) => string | Promise<string>
}

const DEPTH_WEIGHTS = [
  { upTo: 100, weight: 5 },
  { upTo: 500, weight: 25 },
  { upTo: 1_000, weight: 50 }
]

const depthWeight = (query: URLSearchParams): number => {
  const limit = Number(query.get('limit') ?? 100)
  return DEPTH_WEIGHTS.find(({ upTo }) => limit <= upTo)?.weight ?? 250
}

const depthBody = (venue: Venue, query: URLSearchParams): string => {
  const book = listedOf(venue, query).feed.book()
  const limit = limitOf(query, 100, 5_000)
  return encodeBook(book.id, book.bids.slice(0, limit), book.asks.slice(0, limit))
}

const klinesBody = async (venue: Venue, query: URLSearchParams): Promise<string> => {
  const listed = listedOf(venue, query)
  const length = klineLength(required(query, 'interval'))
  if (!length) throw new Refusal(-1120, 'Invalid interval.')
  const [startTime, endTime] = [wholeNumber(query, 'startTime'), wholeNumber(query, 'endTime')]
  const asked = { length, startTime, endTime, limit: limitOf(query, 500, 1_000) }
  return `[${(await candlePage(listed, venue.now(), asked, venue.pause)).map(encodeKlineRow).join(',')}]`
}

const symbolInfo = (listing: Listing, status: string): string =>
  encodeSymbol({
    ...listing,
    status,
    tick: fixedText(1, listing.priceDigits),
    lot: fixedText(1, listing.quantityDigits)
  })

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

const exchangeInfoBody = (venue: Venue, query: URLSearchParams): string =>
  `{"timezone":"UTC","serverTime":${venue.now()},"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE"` +
  `,"intervalNum":1,"limit":${WEIGHT_PER_MINUTE}}],"exchangeFilters":[]` +
  `,"symbols":[${chosen(venue, query)
    .map(({ feed }) => symbolInfo(feed.listing, venue.statusOf(feed.listing.native)))
    .join(',')}]}`

/** One object for `symbol`, a list otherwise. */
const each = (venue: Venue, query: URLSearchParams, encode: (listed: Listed) => string | null): string => {
  const texts = chosen(venue, query).flatMap(listed => encode(listed) ?? [])
  return query.get('symbol') ? (texts[0] ?? '{}') : `[${texts.join(',')}]`
}

const dayBody = (venue: Venue, query: URLSearchParams): string =>
  each(venue, query, ({ feed, day }) => {
    const figures = day.at(venue.now())
    return figures && encodeDay(feed.listing.native, figures)
  })

const fixed = (weight: number, body: Route['body']): Route => ({ weight: () => weight, body })

const forOneOrAll = (one: number, every: number, body: Route['body']): Route => ({
  weight: query => (query.get('symbol') ? one : every),
  body
})

/** Every endpoint by its name under `/api/v3/`. */
export const routes: Readonly<Record<string, Route>> = {
  ping: fixed(1, () => '{}'),
  time: fixed(1, venue => `{"serverTime":${venue.now()}}`),
  exchangeInfo: fixed(20, exchangeInfoBody),
  historicalTrades: fixed(25, (venue, query) => tradesBody(venue, query, true)),
  trades: fixed(25, (venue, query) => tradesBody(venue, query, false)),
  aggTrades: fixed(4, aggTradesBody),
  klines: fixed(2, klinesBody),
  depth: { weight: depthWeight, body: depthBody },
  'ticker/24hr': forOneOrAll(2, 80, dayBody),
  'ticker/bookTicker': forOneOrAll(2, 4, (venue, query) =>
    each(venue, query, ({ feed }) => encodeTop(feed.listing.native, wireTop(feed.book())))
  )
}

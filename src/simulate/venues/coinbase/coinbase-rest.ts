import type { WireCandle } from '../../../exchange/binance/stream/encode.ts'
import { candlePage } from '../../exchange/candle-page.ts'
import type { Listed, Venue } from '../../exchange/venue.ts'
import { fixedText } from '../../market/fixed-text.ts'
import type { Print } from '../../market/market.ts'
import { isoMicros, numberOf } from '../messages.ts'
import { newestBefore, oldestFrom, priceOf, quantityOf } from '../prints.ts'
import type { VenueAnswer, VenueProtocol } from '../venue-protocol.ts'
import { makerSide } from './coinbase-sockets.ts'

const PAGE = 1_000
const CANDLES = 300
const GRANULARITIES = [60, 300, 900, 3_600, 21_600, 86_400]

const json = (value: unknown, headers?: Readonly<Record<string, string>>): VenueAnswer => ({
  status: 200,
  body: JSON.stringify(value),
  ...(headers && { headers })
})
const refused = (status: number, message: string): VenueAnswer => ({ status, body: JSON.stringify({ message }) })

const tradeOf = ({ feed: { listing } }: Listed, print: Print) => ({
  trade_id: print.id,
  side: makerSide(print.sell),
  size: quantityOf(listing, print),
  price: priceOf(listing, print),
  time: isoMicros(print.time)
})

/** Below `after`, or above `before`; the newest first. */
const trades = (venue: Venue, listed: Listed, query: URLSearchParams): VenueAnswer => {
  const limit = Math.min(PAGE, Math.max(1, numberOf(query, 'limit') ?? PAGE))
  const before = numberOf(query, 'before')
  const prints =
    before === null
      ? newestBefore(venue, listed, numberOf(query, 'after') ?? listed.feed.endId(), limit)
      : oldestFrom(venue, listed, before + 1, limit)
  const [oldest, newest] = [prints[0], prints.at(-1)]
  const cursors = oldest && newest && { 'cb-before': String(newest.id), 'cb-after': String(oldest.id) }
  return json(
    prints.toReversed().map(print => tradeOf(listed, print)),
    cursors
  )
}

/** A time as ISO or in seconds; null where there is none. */
const timeOf = (query: URLSearchParams, name: string): number | null => {
  const text = query.get(name)
  if (!text) return null
  return /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text)
}

/** `[time, low, high, open, close, volume]`, all numbers. */
const candleRow = (candle: WireCandle): string =>
  `[${candle.openTime / 1_000},${[candle.low, candle.high, candle.open, candle.close, candle.volume].map(Number).join(',')}]`

/** The newest first, both ends inclusive; windows without a trade are left out. */
const candles = async (venue: Venue, listed: Listed, query: URLSearchParams): Promise<VenueAnswer> => {
  const seconds = numberOf(query, 'granularity') ?? 60
  if (!GRANULARITIES.includes(seconds)) return refused(400, 'Unsupported granularity')
  const length = seconds * 1_000
  const [startTime, endTime] = [timeOf(query, 'start'), timeOf(query, 'end')]
  if (startTime !== null && (endTime ?? venue.now()) - startTime > CANDLES * length)
    return refused(
      400,
      `granularity too small for the requested time range. Count of aggregations requested exceeds ${CANDLES}`
    )
  const page = await candlePage(listed, venue.now(), { length, startTime, endTime, limit: CANDLES }, venue.pause)
  const rows = page.filter(({ tradeCount }) => tradeCount > 0).toReversed()
  return { status: 200, body: `[${rows.map(candleRow).join(',')}]` }
}

const productOf = (venue: Venue, { feed: { listing } }: Listed) => ({
  id: listing.native,
  base_currency: listing.base,
  quote_currency: listing.quote,
  quote_increment: fixedText(1, listing.priceDigits),
  base_increment: fixedText(1, listing.quantityDigits),
  display_name: listing.symbol,
  min_market_funds: '1',
  margin_enabled: false,
  post_only: false,
  limit_only: false,
  cancel_only: venue.statusOf(listing.native) === 'BREAK',
  status: 'online',
  status_message: '',
  trading_disabled: venue.statusOf(listing.native) === 'HALT',
  fx_stablecoin: false,
  auction_mode: false
})

const OF_PRODUCT: Readonly<
  Record<string, (venue: Venue, listed: Listed, query: URLSearchParams) => VenueAnswer | Promise<VenueAnswer>>
> = { trades, candles }

/** https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-all-known-trading-pairs and its neighbours */
export const coinbaseRest: VenueProtocol['rest'] = {
  limit: { max: 15, perMs: 1_000 },
  costOf: () => 1,
  answer: ({ url }, venue) => {
    const { pathname, searchParams } = url
    if (pathname === '/time') return json({ iso: new Date(venue.now()).toISOString(), epoch: venue.now() / 1_000 })
    if (pathname === '/products') return json([...venue.listed.values()].map(listed => productOf(venue, listed)))
    const [, native = '', name] = /^\/products\/([^/]+)(?:\/(\w+))?$/.exec(pathname) ?? []
    const listed = venue.listed.get(decodeURIComponent(native))
    if (!listed) return refused(404, 'NotFound')
    if (name === undefined) return json(productOf(venue, listed))
    return Object.hasOwn(OF_PRODUCT, name) ? OF_PRODUCT[name]!(venue, listed, searchParams) : refused(404, 'NotFound')
  },
  tooMany: () => refused(429, 'Public rate limit exceeded'),
  outOfOrder: refused(503, 'Service Unavailable')
}

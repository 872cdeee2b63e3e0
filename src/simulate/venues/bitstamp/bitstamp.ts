import type { Listed, MarketStatus, Venue } from '../../exchange/venue.ts'
import { fixedText } from '../../market/fixed-text.ts'
import { newestCandles } from '../candles.ts'
import { numberOf } from '../messages.ts'
import { oldestFrom, priceOf, quantityOf } from '../prints.ts'
import type { VenueAnswer, VenueProtocol } from '../venue-protocol.ts'
import { bitstampSockets, tradeId } from './bitstamp-sockets.ts'

const SECOND = 1_000
const MAX_CANDLES = 1_000
const STEPS = [60, 180, 300, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400]
/** How far back the transactions go. */
const REACH_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }
const STATUS: Readonly<Record<MarketStatus, string>> = { TRADING: 'Enabled', HALT: 'Disabled', BREAK: 'Disabled' }

const json = (value: unknown): VenueAnswer => ({ status: 200, body: JSON.stringify(value) })
const refused = (status: number, code: string, reason: string): VenueAnswer => ({
  status,
  body: JSON.stringify({ status: 'error', reason, code })
})

/** The newest first; times are of whole seconds. */
const transactions = (venue: Venue, listed: Listed, query: URLSearchParams): VenueAnswer => {
  const spanMs = REACH_MS[query.get('time') ?? 'hour']
  if (!spanMs) return refused(400, '400.067', 'Invalid parameter: time')
  const { feed } = listed
  const { listing } = feed
  const from = feed.idAt(venue.now() - spanMs)
  const prints = oldestFrom(venue, listed, from, feed.endId() - from)
  const rows = prints.toReversed().map(print => ({
    amount: quantityOf(listing, print),
    date: String(Math.floor(print.time / SECOND)),
    price: priceOf(listing, print),
    tid: String(tradeId(listing.native, print.id)),
    type: print.sell ? '1' : '0'
  }))
  return json(rows)
}

/** Oldest first, both ends inclusive. */
const candles = async (venue: Venue, listed: Listed, query: URLSearchParams): Promise<VenueAnswer> => {
  const step = numberOf(query, 'step') ?? 0
  if (!STEPS.includes(step)) return refused(400, '400.067', 'Invalid parameter: step')
  const timeOf = (name: string): number | null => {
    const seconds = numberOf(query, name)
    return seconds === null ? null : seconds * SECOND
  }
  const limit = Math.min(MAX_CANDLES, numberOf(query, 'limit') ?? 100)
  const range = { length: step * SECOND, start: timeOf('start'), end: timeOf('end'), limit }
  const ohlc = (await newestCandles(venue, listed, range)).map(({ openTime, open, high, low, close, volume }) => ({
    timestamp: String(openTime / SECOND),
    ...{ open, high, low, close, volume }
  }))
  return json({ data: { pair: listed.feed.listing.symbol, ohlc } })
}

const pairOf = (venue: Venue, { feed: { listing } }: Listed) => ({
  name: listing.symbol,
  url_symbol: listing.native,
  base_decimals: listing.quantityDigits,
  counter_decimals: listing.priceDigits,
  minimum_order: `${fixedText(1, listing.quantityDigits)} ${listing.base}`,
  trading: STATUS[venue.statusOf(listing.native)],
  description: `${listing.base} / ${listing.quote}`
})

const OF_PAIR: Readonly<
  Record<string, (venue: Venue, listed: Listed, query: URLSearchParams) => VenueAnswer | Promise<VenueAnswer>>
> = { transactions, ohlc: candles }

/** Bitstamp spot: https://www.bitstamp.net/api/ */
export const bitstamp: VenueProtocol = {
  id: 'bitstamp',
  nativeOf: symbol => (/^[^/:]+\/[^/:]+$/.test(symbol) ? symbol.replace('/', '').toLowerCase() : null),
  usual: ['BTC/USD', 'ETH/USD'],
  sockets: bitstampSockets,
  rest: {
    limit: { max: 400, perMs: 1_000 },
    costOf: () => 1,
    answer: ({ url }, venue) => {
      const [, name = '', pair] = /^\/api\/v2\/([\w-]+)\/(?:([^/]+)\/)?$/.exec(url.pathname) ?? []
      if (name === 'trading-pairs-info') return json([...venue.listed.values()].map(listed => pairOf(venue, listed)))
      const listed = venue.listed.get(decodeURIComponent(pair ?? ''))
      if (!listed || !Object.hasOwn(OF_PAIR, name)) return refused(404, '404.002', 'Currency pair not found')
      return OF_PAIR[name]!(venue, listed, url.searchParams)
    },
    tooMany: () => refused(429, '400.002', 'Request rate limit exceeded.'),
    outOfOrder: refused(503, '503.001', 'Service unavailable')
  }
}

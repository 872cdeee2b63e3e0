import type { Listed, MarketStatus, Venue } from '../../exchange/venue.ts'
import { fixedText } from '../../market/fixed-text.ts'
import { newestCandles } from '../candles.ts'
import { numberOf } from '../messages.ts'
import { newestBefore } from '../prints.ts'
import type { VenueAnswer, VenueProtocol } from '../venue-protocol.ts'
import { okxSockets } from './okx-sockets.ts'
import { candleRow, contractOf, nativeOf, tradeOf, typeOf } from './okx-words.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const BARS: Readonly<Record<string, number>> = {
  '1s': SECOND,
  '1m': MINUTE,
  '3m': 3 * MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1H': HOUR,
  '4H': 4 * HOUR,
  '1Dutc': 24 * HOUR
}
const MAX_TRADES = 100
const MAX_CANDLES = 300
const STATUS: Readonly<Record<MarketStatus, string>> = { TRADING: 'live', HALT: 'suspend', BREAK: 'preopen' }

const ok = (data: readonly unknown[]): VenueAnswer => ({
  status: 200,
  body: JSON.stringify({ code: '0', msg: '', data })
})
const refused = (code: string, msg: string, status = 200): VenueAnswer => ({
  status,
  body: JSON.stringify({ code, msg, data: [] })
})

/** Below the id `after`, or of all; the newest first. */
const trades = (venue: Venue, listed: Listed, query: URLSearchParams): VenueAnswer => {
  const { feed } = listed
  const limit = Math.min(MAX_TRADES, numberOf(query, 'limit') ?? MAX_TRADES)
  const prints = newestBefore(venue, listed, numberOf(query, 'after') ?? feed.endId(), limit)
  return ok(prints.toReversed().map(print => tradeOf(feed.listing, print)))
}

/** Newer than `before` and older than `after`, the newest of them; the newest first. */
const candles = async (venue: Venue, listed: Listed, query: URLSearchParams): Promise<VenueAnswer> => {
  const length = BARS[query.get('bar') ?? '1m']
  if (!length) return refused('51000', 'Parameter bar error')
  const [before, after] = [numberOf(query, 'before'), numberOf(query, 'after')]
  const limit = Math.min(MAX_CANDLES, numberOf(query, 'limit') ?? 100)
  const range = { length, start: before && before + 1, end: after && after - 1, limit }
  const page = await newestCandles(venue, listed, range)
  return ok(page.toReversed().map(candle => candleRow(listed.feed.listing, candle, candle.closeTime <= venue.now())))
}

const instrument = (venue: Venue, { feed: { listing } }: Listed) => {
  const contract = contractOf(listing)
  const lot = contract ? '1' : fixedText(1, listing.quantityDigits)
  return {
    instId: listing.native,
    instType: typeOf(listing.native),
    ...(contract ?? { baseCcy: listing.base, quoteCcy: listing.quote }),
    state: STATUS[venue.statusOf(listing.native)],
    tickSz: fixedText(1, listing.priceDigits),
    lotSz: lot,
    minSz: lot
  }
}

const instruments = (venue: Venue, type: string | null): VenueAnswer =>
  ok([...venue.listed].filter(([native]) => typeOf(native) === type).map(([, listed]) => instrument(venue, listed)))

const OF_INSTRUMENT: Readonly<
  Record<string, (venue: Venue, listed: Listed, query: URLSearchParams) => VenueAnswer | Promise<VenueAnswer>>
> = { 'history-trades': trades, 'history-candles': candles, candles }

/** OKX, spot and contracts: https://www.okx.com/docs-v5/en/#order-book-trading-market-data and its neighbours */
export const okx: VenueProtocol = {
  id: 'okx',
  nativeOf,
  usual: ['BTC/USDT', 'ETH/USDT'],
  sockets: okxSockets,
  rest: {
    limit: { max: 20, perMs: 2_000 },
    costOf: () => 1,
    answer: ({ url }, venue) => {
      const path = /^\/api\/v5\/(.+)$/.exec(url.pathname)?.[1] ?? ''
      const query = url.searchParams
      if (path === 'public/time') return ok([{ ts: String(venue.now()) }])
      if (path === 'public/instruments') return instruments(venue, query.get('instType'))
      const name = path.replace(/^market\//, '')
      if (!Object.hasOwn(OF_INSTRUMENT, name)) return refused('404', 'Not Found', 404)
      const listed = venue.listed.get(query.get('instId') ?? '')
      return listed
        ? OF_INSTRUMENT[name]!(venue, listed, query)
        : refused('51001', "Instrument ID, Instrument ID code, or Spread ID doesn't exist.")
    },
    tooMany: () => refused('50011', 'Too Many Requests', 429),
    outOfOrder: refused('50001', 'Service temporarily unavailable. Please try again later.', 503)
  }
}

import type { Listed, Venue } from '../../exchange/venue.ts'
import { fixedText } from '../../market/fixed-text.ts'
import { newestCandles } from '../candles.ts'
import { numberOf } from '../messages.ts'
import { newestBefore, oldestFrom } from '../prints.ts'
import type { VenueAnswer, VenueProtocol } from '../venue-protocol.ts'
import { deribitSockets } from './deribit-sockets.ts'
import { nativeOf, tradeText } from './deribit-words.ts'

const MINUTE = 60_000
const RESOLUTIONS: Readonly<Record<string, number>> = {
  '1': MINUTE,
  '3': 3 * MINUTE,
  '5': 5 * MINUTE,
  '10': 10 * MINUTE,
  '15': 15 * MINUTE,
  '30': 30 * MINUTE,
  '60': 60 * MINUTE,
  '120': 120 * MINUTE,
  '180': 180 * MINUTE,
  '360': 360 * MINUTE,
  '720': 720 * MINUTE,
  '1D': 1_440 * MINUTE
}
const MAX_TRADES = 1_000
const MAX_CANDLES = 5_000

const ok = (result: string): VenueAnswer => ({ status: 200, body: `{"jsonrpc":"2.0","result":${result}}` })
const refused = (status: number, code: number, message: string, param?: string): VenueAnswer => ({
  status,
  body: JSON.stringify({
    jsonrpc: '2.0',
    error: { message, ...(param && { data: { reason: 'wrong format', param } }), code }
  })
})

/** From `start_seq` on, or else the newest up to `end_seq`; in the order that is asked for. */
const trades = (venue: Venue, listed: Listed, query: URLSearchParams): VenueAnswer => {
  const { feed } = listed
  const count = Math.min(MAX_TRADES, Math.max(1, numberOf(query, 'count') ?? 10))
  const [start, end] = [numberOf(query, 'start_seq'), numberOf(query, 'end_seq')]
  const newest = end ?? feed.endId() - 1
  const prints =
    start === null
      ? newestBefore(venue, listed, newest + 1, count)
      : oldestFrom(venue, listed, start, count).filter(({ id }) => id <= newest)
  const ordered = query.get('sorting') === 'asc' || start !== null ? prints : prints.toReversed()
  const rows = ordered.map(print => tradeText(feed.listing, print)).join(',')
  return ok(`{"trades":[${rows}],"has_more":${prints.length === count}}`)
}

/** Columns, oldest first. */
const candles = async (venue: Venue, listed: Listed, query: URLSearchParams): Promise<VenueAnswer> => {
  const length = RESOLUTIONS[query.get('resolution') ?? '']
  if (!length) return refused(400, -32_602, 'Invalid params', 'resolution')
  const range = {
    length,
    start: numberOf(query, 'start_timestamp'),
    end: numberOf(query, 'end_timestamp'),
    limit: MAX_CANDLES
  }
  const page = await newestCandles(venue, listed, range)
  const column = (name: string, value: (candle: (typeof page)[number]) => string | number): string =>
    `"${name}":[${page.map(value).join(',')}]`
  const columns = [
    column('ticks', candle => candle.openTime),
    column('open', candle => candle.open),
    column('high', candle => candle.high),
    column('low', candle => candle.low),
    column('close', candle => candle.close),
    column('volume', candle => candle.volume),
    column('cost', candle => candle.quoteVolume)
  ]
  return ok(`{"status":"${page.length === 0 ? 'no_data' : 'ok'}",${columns.join(',')}}`)
}

const instrument = (venue: Venue, { feed: { listing } }: Listed) => ({
  instrument_name: listing.native,
  kind: listing.native.includes('-') ? 'future' : 'spot',
  base_currency: listing.base,
  quote_currency: listing.quote,
  tick_size: Number(fixedText(1, listing.priceDigits)),
  min_trade_amount: Number(fixedText(1, listing.quantityDigits)),
  is_active: venue.statusOf(listing.native) === 'TRADING'
})

const OF_INSTRUMENT: Readonly<
  Record<string, (venue: Venue, listed: Listed, query: URLSearchParams) => VenueAnswer | Promise<VenueAnswer>>
> = { get_last_trades_by_instrument: trades, get_tradingview_chart_data: candles }

/** Deribit, what is settled in its quote currency: https://docs.deribit.com/api-reference/market-data/public-get_instruments */
export const deribit: VenueProtocol = {
  id: 'deribit',
  nativeOf,
  usual: ['BTC/USDC:USDC', 'ETH/USDC:USDC'],
  sockets: deribitSockets,
  rest: {
    limit: { max: 20, perMs: 1_000 },
    costOf: () => 1,
    answer: ({ url }, venue) => {
      const name = /^\/api\/v2\/public\/(\w+)$/.exec(url.pathname)?.[1] ?? ''
      const query = url.searchParams
      if (name === 'get_time') return ok(String(venue.now()))
      if (name === 'get_instruments')
        return ok(JSON.stringify([...venue.listed.values()].map(listed => instrument(venue, listed))))
      if (!Object.hasOwn(OF_INSTRUMENT, name)) return refused(400, -32_601, 'Method not found')
      const listed = venue.listed.get(query.get('instrument_name') ?? '')
      return listed
        ? OF_INSTRUMENT[name]!(venue, listed, query)
        : refused(400, -32_602, 'Invalid params', 'instrument_name')
    },
    tooMany: () => refused(429, 10_028, 'too_many_requests'),
    outOfOrder: refused(503, 11_051, 'system_maintenance')
  }
}

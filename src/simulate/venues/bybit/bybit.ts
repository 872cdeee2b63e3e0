import type { Listed, MarketStatus, Venue } from '../../exchange/venue.ts'
import { fixedText } from '../../market/fixed-text.ts'
import { fromCloseBefore, newestCandles } from '../candles.ts'
import { numberOf } from '../messages.ts'
import { newestBefore, priceOf, quantityOf } from '../prints.ts'
import type { VenueAnswer, VenueProtocol } from '../venue-protocol.ts'
import { bybitSockets } from './bybit-sockets.ts'
import { categoryOf, nameOf, nativeOf, sequenceOf, tradeId } from './bybit-words.ts'

const MINUTE = 60_000
const LENGTHS: Readonly<Record<string, number>> = {
  '1': MINUTE,
  '3': 3 * MINUTE,
  '5': 5 * MINUTE,
  '15': 15 * MINUTE,
  '30': 30 * MINUTE,
  '60': 60 * MINUTE,
  '240': 240 * MINUTE,
  D: 1_440 * MINUTE
}
const MAX_CANDLES = 1_000
/** Of history the newest alone. */
const MAX_TRADES: Readonly<Record<string, number>> = { spot: 60, linear: 1_000 }
const STATUS: Readonly<Record<MarketStatus, string>> = { TRADING: 'Trading', HALT: 'Settling', BREAK: 'Closed' }

const answer = (retCode: number, retMsg: string, result: object, time: number): VenueAnswer => ({
  status: 200,
  body: JSON.stringify({ retCode, retMsg, result, retExtInfo: {}, time })
})
const ok = (venue: Venue, result: object): VenueAnswer => answer(0, 'OK', result, venue.now())
const refused = (retCode: number, retMsg: string): VenueAnswer => answer(retCode, retMsg, {}, 0)

const recentTrades = (venue: Venue, listed: Listed, query: URLSearchParams): VenueAnswer => {
  const { listing } = listed.feed
  const { native } = listing
  const category = categoryOf(native)
  const limit = Math.min(MAX_TRADES[category]!, numberOf(query, 'limit') ?? 500)
  const prints = newestBefore(venue, listed, listed.feed.endId(), limit)
  const list = prints.toReversed().map(print => ({
    execId: tradeId(native, print.id),
    symbol: nameOf(native),
    price: priceOf(listing, print),
    size: quantityOf(listing, print),
    side: print.sell ? 'Sell' : 'Buy',
    time: String(print.time),
    isBlockTrade: false,
    isRPITrade: false,
    seq: String(sequenceOf(print.time))
  }))
  return ok(venue, { category, list })
}

/** `[start, open, high, low, close, volume, turnover]`, the newest first. */
const klines = async (venue: Venue, listed: Listed, query: URLSearchParams): Promise<VenueAnswer> => {
  const length = LENGTHS[query.get('interval') ?? '']
  if (!length) return refused(10_001, 'Invalid period!')
  const limit = Math.min(MAX_CANDLES, numberOf(query, 'limit') ?? 200)
  const range = { length, start: numberOf(query, 'start'), end: numberOf(query, 'end'), limit }
  const page = (await newestCandles(venue, listed, range)).map(candle => fromCloseBefore(listed, candle))
  const list = page
    .toReversed()
    .map(candle => [
      String(candle.openTime),
      candle.open,
      candle.high,
      candle.low,
      candle.close,
      candle.volume,
      candle.quoteVolume
    ])
  const { native } = listed.feed.listing
  return ok(venue, { category: categoryOf(native), symbol: nameOf(native), list })
}

const instrument = (venue: Venue, { feed: { listing } }: Listed, category: string) => ({
  symbol: nameOf(listing.native),
  baseCoin: listing.base,
  quoteCoin: listing.quote,
  status: STATUS[venue.statusOf(listing.native)],
  ...(category === 'linear' && { contractType: 'LinearPerpetual', settleCoin: listing.quote }),
  symbolType: '',
  priceFilter: { tickSize: fixedText(1, listing.priceDigits) },
  lotSizeFilter: { [category === 'linear' ? 'qtyStep' : 'basePrecision']: fixedText(1, listing.quantityDigits) }
})

const instruments = (venue: Venue, category: string): VenueAnswer => {
  const own = [...venue.listed].filter(([native]) => categoryOf(native) === category)
  return ok(venue, { category, list: own.map(([, listed]) => instrument(venue, listed, category)), nextPageCursor: '' })
}

const time = (venue: Venue): VenueAnswer =>
  ok(venue, { timeSecond: String(Math.floor(venue.now() / 1_000)), timeNano: `${venue.now()}000000` })

const OF_SYMBOL: Readonly<
  Record<string, (venue: Venue, listed: Listed, query: URLSearchParams) => VenueAnswer | Promise<VenueAnswer>>
> = { 'recent-trade': recentTrades, kline: klines }

/** Bybit v5, spot and linear: https://bybit-exchange.github.io/docs/v5/market/time and its neighbours. Errors come with status 200. */
export const bybit: VenueProtocol = {
  id: 'bybit',
  nativeOf,
  usual: ['BTC/USDT:USDT', 'BTC/USDT'],
  sockets: bybitSockets,
  rest: {
    limit: { max: 600, perMs: 5_000 },
    costOf: () => 1,
    answer: ({ url }, venue) => {
      const name = /^\/v5\/market\/([\w-]+)$/.exec(url.pathname)?.[1] ?? ''
      const query = url.searchParams
      const category = query.get('category') ?? 'linear'
      if (name === 'time') return time(venue)
      if (name === 'instruments-info') return instruments(venue, category)
      if (!Object.hasOwn(OF_SYMBOL, name)) return { status: 404, body: '' }
      const listed = venue.listed.get(`${category} ${query.get('symbol')}`)
      return listed ? OF_SYMBOL[name]!(venue, listed, query) : refused(10_001, 'params error: Symbol Invalid')
    },
    tooMany: () => refused(10_006, 'Too many visits. Exceeded the API Rate Limit.'),
    outOfOrder: refused(10_016, 'Internal server error.')
  }
}

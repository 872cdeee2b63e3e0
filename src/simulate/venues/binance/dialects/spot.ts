import { encodeHistoricalAggTrade, encodeSymbol } from '../../../../exchange/binance/rest/encode-rest.ts'
import { encodeAggTrade, encodeKline, encodeTicker } from '../../../../exchange/binance/stream/encode.ts'
import { fixedText } from '../../../market/fixed-text.ts'
import { wireTrade } from '../../../market/wire-text.ts'
import { dayBody, depthBody, exchangeInfoBody, klinesBody, timeBody, topBody } from '../rest/rest-bodies.ts'
import { aggTradesBody, tradesBody } from '../rest/rest-trades.ts'
import { byLimit, fixed, forOneOrAll } from '../rest/route.ts'
import { askedAt, type Dialect } from './dialect.ts'

const WEIGHT_PER_MINUTE = 6_000
const DEPTH_WEIGHTS = {
  usual: 100,
  steps: [
    [100, 5],
    [500, 25],
    [1_000, 50]
  ],
  beyond: 250
} as const

const aggTrades = (venue: Parameters<typeof aggTradesBody>[0], query: URLSearchParams): string =>
  aggTradesBody(venue, query, (listing, print) => encodeHistoricalAggTrade(wireTrade(listing, print)))

/** Binance spot: `/stream?streams=a/b`, `/ws`, `/ws/<stream>`, and `/api/v3/`. Each aggregate holds one trade. */
export const binanceSpot: Dialect = {
  asked: ({ pathname, searchParams }) => {
    const asked = askedAt(pathname, searchParams)
    return asked && { ...asked, carries: () => true }
  },
  wrapsErrors: false,
  messagesPerSecond: 5,
  tradeStreams: ['trade', 'aggTrade'],
  streamData: (_, data) => data,
  encodeAggregate: (listing, print, eventTime) => encodeAggTrade(listing.native, wireTrade(listing, print), eventTime),
  encodeKline: ({ native }, interval, candle, { eventTime, closed }) =>
    encodeKline(native, interval, candle, eventTime, closed),
  encodeTicker: ({ native }, day, eventTime) => encodeTicker(native, day, eventTime),
  rest: {
    prefix: '/api/v3/',
    weightPerMinute: WEIGHT_PER_MINUTE,
    routes: {
      ping: fixed(1, () => '{}'),
      time: fixed(1, timeBody),
      exchangeInfo: fixed(
        20,
        exchangeInfoBody(WEIGHT_PER_MINUTE, (listing, status) =>
          encodeSymbol({
            ...listing,
            status,
            tick: fixedText(1, listing.priceDigits),
            lot: fixedText(1, listing.quantityDigits)
          })
        )
      ),
      historicalTrades: fixed(25, (venue, query) => tradesBody(venue, query, true)),
      trades: fixed(25, (venue, query) => tradesBody(venue, query, false)),
      aggTrades: fixed(4, aggTrades),
      klines: fixed(2, klinesBody),
      depth: byLimit(DEPTH_WEIGHTS, depthBody),
      'ticker/24hr': forOneOrAll(2, 80, dayBody),
      'ticker/bookTicker': forOneOrAll(2, 4, topBody)
    }
  }
}

import { z } from 'zod'
import { type Instrument, instrumentKey } from '../../../market/instrument.ts'
import { INTERVALS } from '../../../market/interval.ts'
import type { Candle } from '../../../market/records/derived/candle.ts'
import type { InstrumentFacts } from '../../../market/records/feed/instrument-facts.ts'
import { epochMs } from '../../../market/time.ts'
import { instrumentsOf, type Serving } from '../../live/serving.ts'
import { wholeNumber } from '../api/fields.ts'
import { type Route, route } from '../api/route.ts'
import { NOT_SERVED } from '../dialects.ts'
import { Problem } from '../problem.ts'
import { requireCurrent } from '../require-current.ts'

/** Binance's market data, for clients of Binance that are pointed at us: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints */

const instant = (which: string) => wholeNumber(0, 9_999_999_999_999, `${which}, in epoch milliseconds`)

const query = z.strictObject({
  symbol: z
    .string()
    .regex(/^[^\sa-z~#,/]{1,100}$/u, 'give a symbol such as BTCUSDT')
    .describe('as Binance spells it'),
  interval: z.enum(INTERVALS, `give one of ${INTERVALS.join(', ')}`).describe('length of the candles'),
  startTime: instant('windows that open from then on, inclusive').optional(),
  endTime: instant('windows that open up to then, inclusive').optional(),
  timeZone: z
    .enum(['0', '0:00', '00:00'], 'windows are those of UTC; leave it out')
    .optional()
    .describe('windows are those of UTC'),
  limit: wholeNumber(1, 1_000, 'at most so many').default(500)
})

const nativeSymbol = ({ symbol }: Instrument): string => symbol.replace('/', '')

const toKline = (candle: Candle): readonly unknown[] => [
  candle.openTime,
  candle.open,
  candle.high,
  candle.low,
  candle.close,
  candle.volume,
  candle.closeTime - 1,
  candle.quoteVolume,
  candle.tradeCount,
  candle.takerBuyVolume,
  candle.takerBuyQuoteVolume,
  '0'
]

/** An exchange is asked for its list once an hour: an older word is not its word of now. */
const STATUS_HOLDS_MS = 3 * 3_600_000

/** The exchange's own word. Binance's clients want one of every symbol: where there is none, or it is too old, this one says that nobody should trade. */
const statusOf = (serving: Serving, instrument: Instrument): string => {
  const { exchangeStatus, exchangeStatusAt } = serving.liveTail.feeds.exchangeStatus(instrument)
  const isKnown = exchangeStatusAt !== null && serving.clock.now() - exchangeStatusAt <= STATUS_HOLDS_MS
  return (isKnown ? exchangeStatus : null) ?? 'BREAK'
}

/** What prices and quantities are multiples of, as far as the exchange's list tells. */
const filtersOf = ({ tickSize, lotSize, minSize }: InstrumentFacts) => [
  ...(tickSize === null ? [] : [{ filterType: 'PRICE_FILTER', tickSize }]),
  ...(lotSize === null ? [] : [{ filterType: 'LOT_SIZE', stepSize: lotSize, ...(minSize && { minQty: minSize }) }])
]

const listing = (serving: Serving, instrument: Instrument) => {
  const facts = serving.liveTail.feeds.facts(instrument)
  const [baseAsset, quoteAsset] = instrument.symbol.split('/')
  return {
    symbol: nativeSymbol(instrument),
    status: statusOf(serving, instrument),
    baseAsset: facts?.base ?? baseAsset,
    baseAssetPrecision: 8,
    quoteAsset: facts?.quote ?? quoteAsset,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    orderTypes: [],
    isSpotTradingAllowed: false,
    isMarginTradingAllowed: false,
    filters: facts === null ? [] : filtersOf(facts),
    permissions: ['SPOT'],
    permissionSets: [['SPOT']]
  }
}

const none = z.strictObject({})

const klines = z
  .array(
    z
      .array(z.union([z.int(), z.string()]))
      .describe(
        'openTime, open, high, low, close, volume, last millisecond, quoteVolume, tradeCount, takerBuyVolume, takerBuyQuoteVolume, unused'
      )
  )
  .describe('rows of twelve, oldest first; money as exact decimals')

const exchangeInfo = z.looseObject({
  timezone: z.string().describe('UTC'),
  serverTime: z.int().describe('epoch milliseconds'),
  symbols: z
    .array(
      z.looseObject({
        symbol: z.string().describe('as Binance spells it'),
        status: z
          .string()
          .describe(
            'the exchange’s own word, for example TRADING; BREAK also where its list does not hold the symbol, or was not read in the last 3 hours: /api/v1/instruments tells these apart'
          ),
        baseAsset: z.string().describe('base currency'),
        quoteAsset: z.string().describe('quote currency')
      })
    )
    .describe('symbols that are served')
})

export const klineRoutes = (serving: Serving): readonly Route[] => [
  route({
    id: 'binanceKlines',
    method: 'GET',
    path: '/api/v3/klines',
    summary: 'Candles shaped as Binance’s klines, oldest first',
    query,
    answer: { status: 200, schema: klines, says: 'klines' },
    handle: async ({ query: { symbol, interval, startTime, endTime, limit } }) => {
      const instrument = instrumentsOf(serving).find(instrument => nativeSymbol(instrument) === symbol)
      if (!instrument) throw new Problem(400, `symbol: ${NOT_SERVED}`, [{ field: 'symbol', detail: NOT_SERVED }])
      const from = startTime === undefined ? null : epochMs(startTime)
      const to = endTime === undefined ? null : epochMs(endTime + 1)
      const timeRange = { from, to, limit }
      const candles = await serving.liveTail.candles.ask({ ...instrument, interval }, timeRange)
      requireCurrent(serving.liveness, candles, timeRange)
      return candles.map(toKline)
    }
  }),
  route({
    id: 'binancePing',
    method: 'GET',
    path: '/api/v3/ping',
    summary: 'Shaped as Binance’s',
    query: none,
    answer: { status: 200, schema: z.object({}), says: 'nothing' },
    handle: () => ({})
  }),
  route({
    id: 'binanceTime',
    method: 'GET',
    path: '/api/v3/time',
    summary: 'This gateway’s clock, shaped as Binance’s',
    query: none,
    answer: { status: 200, schema: z.object({ serverTime: z.int().describe('epoch milliseconds') }), says: 'the time' },
    handle: () => ({ serverTime: serving.clock.now() })
  }),
  route({
    id: 'binanceExchangeInfo',
    method: 'GET',
    path: '/api/v3/exchangeInfo',
    summary: 'Symbols, shaped as Binance’s; nothing can be traded here',
    query: z.looseObject({}),
    answer: { status: 200, schema: exchangeInfo, says: 'symbols' },
    handle: () => {
      const unique = new Map(
        instrumentsOf(serving)
          .toReversed()
          .map(instrument => [nativeSymbol(instrument), instrument] as const)
      )
      const symbols = [...unique.values()]
        .sort((a, b) => (instrumentKey(a) < instrumentKey(b) ? -1 : 1))
        .map(instrument => listing(serving, instrument))
      return { timezone: 'UTC', serverTime: serving.clock.now(), rateLimits: [], exchangeFilters: [], symbols }
    }
  })
]

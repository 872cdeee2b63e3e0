import type { Instrument } from '../../../market/instrument.ts'
import type { Interval } from '../../../market/interval.ts'
import type { ExchangeKline, KlinePage } from '../../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange } from '../../exchange.ts'
import { anyTime, decimal, fail, wholeNumber } from '../../fields.ts'
import { klinePage } from '../../kline-page.ts'
import { type BinanceMarket, querySymbol, streamPrefix } from '../market.ts'
import { windowOf } from '../stream/decode-kline.ts'

const MAX = 1_000

/** Both ends are inclusive there. */
const page =
  (market: BinanceMarket, costOf: (limit: number) => number): Exchange['klines']['page'] =>
  (instrument, interval, from, to, limit) => ({
    path: `${market.rest}/klines?symbol=${querySymbol(market, instrument)}&interval=${interval}${from === null ? '' : `&startTime=${from}`}&endTime=${to - 1}&limit=${limit}`,
    cost: costOf(limit)
  })

/** `[openTime, o, h, l, c, v, closeTime, quoteVolume, trades, takerBuyBase, takerBuyQuote, …]` */
const rowKline = <I extends Interval>(
  row: unknown,
  instrument: Instrument,
  interval: I,
  receivedAt: EpochMs
): ExchangeKline<I> => {
  if (!Array.isArray(row)) return fail('kline', row, 'a row')
  const fields: readonly unknown[] = row
  return {
    ...windowOf(
      instrument,
      interval,
      { name: 'openTime', value: fields[0] },
      { name: 'closeTime', value: fields[6] },
      receivedAt
    ),
    open: decimal('open', fields[1]),
    high: decimal('high', fields[2]),
    low: decimal('low', fields[3]),
    close: decimal('close', fields[4]),
    volume: decimal('volume', fields[5]),
    quoteVolume: decimal('quoteVolume', fields[7]),
    tradeCount: wholeNumber('trades', fields[8], 'a count of trades'),
    takerBuyVolume: decimal('takerBuyBase', fields[9]),
    takerBuyQuoteVolume: decimal('takerBuyQuote', fields[10])
  }
}

const decodePage = <I extends Interval>(
  body: unknown,
  instrument: Instrument,
  interval: I,
  receivedAt: EpochMs
): KlinePage<I> => {
  if (!Array.isArray(body)) return fail(`klines of ${instrument.symbol}`, body, 'a list')
  return klinePage(
    body,
    row => rowKline(row, instrument, interval, receivedAt),
    row => anyTime('openTime', Array.isArray(row) ? row[0] : row)
  )
}

/**
 * A market's own candles.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#klinecandlestick-data
 */
export const createKlines = (
  market: BinanceMarket,
  { intervals, costOf }: { readonly intervals: readonly Interval[]; readonly costOf: (limit: number) => number }
) =>
  ({
    stream: (instrument: Instrument) => `${streamPrefix(market, instrument)}@kline_1m`,
    intervals,
    perPage: MAX,
    page: page(market, costOf),
    decodePage
  }) satisfies Exchange['klines']

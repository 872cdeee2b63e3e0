import type { ExchangeKline } from '../../market/exchange-kline.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { Interval } from '../../market/interval.ts'
import type { EpochMs } from '../../market/time.ts'
import type { Exchange, HistoryRequest } from '../exchange.ts'
import { windowOf } from './decode-kline.ts'
import { decimal, fail, wholeNumber } from './fields.ts'
import { nativeSymbol } from './native-symbol.ts'

const WEIGHT = 2
const MOST = 1_000

/** Both ends are inclusive there. */
const page = (
  of: Instrument,
  interval: Interval,
  from: EpochMs | null,
  to: EpochMs,
  limit: number
): HistoryRequest => ({
  path: `/api/v3/klines?symbol=${nativeSymbol(of)}&interval=${interval}${from === null ? '' : `&startTime=${from}`}&endTime=${to - 1}&limit=${limit}`,
  weight: WEIGHT
})

/** `[openTime, o, h, l, c, v, closeTime, quoteVolume, trades, takerBuyBase, takerBuyQuote, …]` */
const rowKline = <I extends Interval>(
  row: unknown,
  of: Instrument,
  interval: I,
  receivedAt: EpochMs
): ExchangeKline<I> => {
  if (!Array.isArray(row)) return fail('kline', row, 'a row')
  const fields: readonly unknown[] = row
  return {
    ...windowOf(
      of,
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
  of: Instrument,
  interval: I,
  receivedAt: EpochMs
): readonly ExchangeKline<I>[] =>
  Array.isArray(body)
    ? body.map(row => rowKline(row, of, interval, receivedAt)).sort((a, b) => a.openTime - b.openTime)
    : fail(`klines of ${of.symbol}`, body, 'a list')

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#klinecandlestick-data */
export const binanceKlines: Exchange['klines'] = {
  stream: of => `${nativeSymbol(of).toLowerCase()}@kline_1m`,
  intervals: ['1s', '1m', '5m', '15m', '1h', '1d'],
  perPage: MOST,
  page,
  decodePage
}

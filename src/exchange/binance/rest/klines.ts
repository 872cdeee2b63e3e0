import type { Instrument } from '../../../market/instrument.ts'
import type { Interval } from '../../../market/interval.ts'
import type { ExchangeKline, KlinePage } from '../../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange } from '../../exchange.ts'
import { anyTime, decimal, fail, wholeNumber } from '../../fields.ts'
import { klinePage } from '../../kline-page.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { nativeSymbol, querySymbol } from '../native-symbol.ts'
import { windowOf } from '../stream/decode-kline.ts'

const COST = 2
const MAX = 1_000

/** Both ends are inclusive there. */
const page = (of: Instrument, interval: Interval, from: EpochMs | null, to: EpochMs, limit: number): RestRequest => ({
  path: `/api/v3/klines?symbol=${querySymbol(of)}&interval=${interval}${from === null ? '' : `&startTime=${from}`}&endTime=${to - 1}&limit=${limit}`,
  cost: COST
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
): KlinePage<I> => {
  if (!Array.isArray(body)) return fail(`klines of ${of.symbol}`, body, 'a list')
  return klinePage(
    body,
    row => rowKline(row, of, interval, receivedAt),
    row => anyTime('openTime', Array.isArray(row) ? row[0] : row)
  )
}

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#klinecandlestick-data */
export const binanceKlines = {
  stream: (of: Instrument) => `${nativeSymbol(of).toLowerCase()}@kline_1m`,
  intervals: ['1s', '1m', '5m', '15m', '1h', '1d'],
  perPage: MAX,
  page,
  decodePage
} satisfies Exchange['klines']

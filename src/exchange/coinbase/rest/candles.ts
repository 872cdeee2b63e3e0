import type { Instrument } from '../../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../../market/interval.ts'
import type { ExchangeKline } from '../../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange } from '../../exchange.ts'
import { anySeconds, decimal, fail } from '../../fields.ts'
import { klinePrices, klineWindow, VOLUMES_ALONE } from '../../kline-window.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { klinePage } from '../../rest-pages.ts'
import { productPath } from '../product-id.ts'
import { klineStream } from '../stream/subscribe.ts'

const MAX = 300

/** Both ends are inclusive there, and no further apart than a page is long. */
const page = (
  instrument: Instrument,
  interval: Interval,
  from: EpochMs | null,
  to: EpochMs,
  limit: number
): RestRequest => {
  const lengthMs = INTERVAL_MS[interval]
  const windows = Math.min(limit, MAX)
  const start = from ?? to - windows * lengthMs
  const end = Math.min(to, start + windows * lengthMs) - lengthMs
  return {
    path: `${productPath(instrument)}/candles?granularity=${lengthMs / 1_000}&start=${start / 1_000}&end=${end / 1_000}`,
    cost: 1
  }
}

/** Prices and volumes are numbers there, of fewer digits than a double holds. */
const figure = (name: string, value: unknown): string =>
  decimal(name, typeof value === 'number' ? String(value) : value)

/** `[time, low, high, open, close, volume]`, the time in seconds. */
const rowKline = <I extends Interval>(row: unknown, instrument: Instrument, interval: I): ExchangeKline<I> => {
  if (!Array.isArray(row)) return fail('candle', row, 'a row')
  const [time, low, high, open, close, volume]: readonly unknown[] = row
  return {
    ...klineWindow(instrument, interval, 'time', anySeconds('time', time)),
    ...klinePrices({ open, high, low, close }, figure),
    volume: figure('volume', volume),
    quoteVolume: null,
    ...VOLUMES_ALONE
  }
}

/**
 * No stream tells of them: heartbeats say what time it is, and history has what has closed, newest first, but for windows without a trade.
 * https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-candles
 */
export const coinbaseCandles = {
  stream: klineStream,
  intervals: ['1m', '5m', '15m', '1h', '1d'],
  perPage: MAX,
  page,
  decodePage: (body, instrument, interval) =>
    klinePage(
      Array.isArray(body) ? body : fail(`candles of ${instrument.symbol}`, body, 'a list'),
      row => rowKline(row, instrument, interval),
      row => anySeconds('time', Array.isArray(row) ? row[0] : row)
    )
} satisfies Exchange['klines']

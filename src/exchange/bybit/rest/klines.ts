import type { Instrument } from '../../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../../market/interval.ts'
import type { ExchangeKline } from '../../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange } from '../../exchange.ts'
import { anyTextTime, fail } from '../../fields.ts'
import { klineWindow } from '../../kline-window.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { klinePage } from '../../rest-pages.ts'
import { klineFigures } from '../kline-figures.ts'
import { instrumentQuery } from '../market.ts'
import { klineStream } from '../stream/subscribe.ts'
import { listOf } from './result.ts'

const NAMES: Partial<Readonly<Record<Interval, string>>> = { '1m': '1', '5m': '5', '15m': '15', '1h': '60', '1d': 'D' }

/** It gives the newest of a range, both ends inclusive: the range is cut to what a page holds. */
const page = (
  instrument: Instrument,
  interval: Interval,
  from: EpochMs | null,
  to: EpochMs,
  limit: number
): RestRequest => {
  const end = from === null ? to : Math.min(to, from + limit * INTERVAL_MS[interval])
  return {
    path: `/v5/market/kline?${instrumentQuery(instrument)}&interval=${NAMES[interval]}${from === null ? '' : `&start=${from}`}&end=${end - 1}&limit=${limit}`,
    cost: 1
  }
}

/** `[start, open, high, low, close, volume, turnover]`, all text. */
const rowKline = <I extends Interval>(row: unknown, instrument: Instrument, interval: I): ExchangeKline<I> => {
  if (!Array.isArray(row)) return fail('kline', row, 'a row')
  const [start, open, high, low, close, volume, turnover]: readonly unknown[] = row
  return {
    ...klineWindow(instrument, interval, 'start', anyTextTime('start', start)),
    ...klineFigures({ open, high, low, close, volume, turnover })
  }
}

/** Its candles open at the close before, which counts for their high and low as well. https://bybit-exchange.github.io/docs/v5/market/kline, newest first. */
export const bybitKlines = {
  stream: klineStream,
  intervals: ['1m', '5m', '15m', '1h', '1d'],
  perPage: 1000,
  incomparable: ['open', 'high', 'low'],
  page,
  decodePage: (body, instrument, interval) =>
    klinePage(
      listOf(body),
      row => rowKline(row, instrument, interval),
      row => anyTextTime('start', Array.isArray(row) ? row[0] : row)
    )
} satisfies Exchange['klines']

import type { Instrument } from '../../market/instrument.ts'
import type { Interval } from '../../market/interval.ts'
import type { ExchangeKline } from '../../market/records/feed/exchange-kline.ts'
import { anyTextTime, decimal, fail, oneOf } from '../fields.ts'
import { klinePrices, klineWindow, VOLUMES_ALONE } from '../kline-window.ts'

/** `[ts, open, high, low, close, volume, …, quoteVolume, confirm]`, all text. Throws `TS-DATA` that names the bad field. */
export const readCandle = <I extends Interval>(
  row: unknown,
  instrument: Instrument,
  interval: I
): { readonly kline: ExchangeKline<I>; readonly closed: boolean } => {
  if (!Array.isArray(row)) return fail('candle', row, 'a row')
  const [ts, open, high, low, close, volume, , quoteVolume, confirm]: readonly unknown[] = row
  const kline = {
    ...klineWindow(instrument, interval, 'ts', anyTextTime('ts', ts)),
    ...klinePrices({ open, high, low, close }),
    volume: decimal('vol', volume),
    quoteVolume: decimal('volCcyQuote', quoteVolume),
    ...VOLUMES_ALONE
  }
  return { kline, closed: oneOf('confirm', confirm, ['0', '1']) === '1' }
}

import { multiplyDecimals } from '../../market/decimal.ts'
import type { Interval } from '../../market/interval.ts'
import type { SizedInstrument } from '../../market/records/feed/contract-size.ts'
import type { ExchangeKline } from '../../market/records/feed/exchange-kline.ts'
import { anyTextTime, contractSizeOf, decimal, fail, oneOf } from '../fields.ts'
import { klinePrices, klineWindow, VOLUMES_ALONE } from '../kline-window.ts'
import { isInverse } from '../unified-symbol.ts'
import { isContract } from './names.ts'

/** Of contracts it tells their number as `vol`; what it tells of inverse ones in the base currency is rounded, and not taken. */
const volumesOf = (vol: unknown, volCcyQuote: unknown, instrument: SizedInstrument) => {
  const volume = decimal('vol', vol)
  if (!isContract(instrument)) return { volume, quoteVolume: decimal('volCcyQuote', volCcyQuote) }
  const held = multiplyDecimals(volume, contractSizeOf(instrument))
  return isInverse(instrument)
    ? { volume: null, quoteVolume: held }
    : { volume: held, quoteVolume: decimal('volCcyQuote', volCcyQuote) }
}

/** `[ts, open, high, low, close, volume, …, quoteVolume, confirm]`, all text. Throws `TS-DATA` that names the bad field. */
export const readCandle = <I extends Interval>(
  row: unknown,
  instrument: SizedInstrument,
  interval: I
): { readonly kline: ExchangeKline<I>; readonly closed: boolean } => {
  if (!Array.isArray(row)) return fail('candle', row, 'a row')
  const [ts, open, high, low, close, volume, , quoteVolume, confirm]: readonly unknown[] = row
  const kline = {
    ...klineWindow(instrument, interval, 'ts', anyTextTime('ts', ts)),
    ...klinePrices({ open, high, low, close }),
    ...volumesOf(volume, quoteVolume, instrument),
    ...VOLUMES_ALONE
  }
  return { kline, closed: oneOf('confirm', confirm, ['0', '1']) === '1' }
}

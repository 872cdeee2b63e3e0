import type { Instrument } from '../../market/instrument.ts'
import type { Interval } from '../../market/interval.ts'
import type { ExchangeKline } from '../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../market/time.ts'
import { decimalNumber, type Unchecked } from '../fields.ts'
import { klinePrices, klineWindow, VOLUMES_ALONE } from '../kline-window.ts'
import { isInverse } from '../unified-symbol.ts'
import type { DeribitCandle } from './wire.ts'

/** A candle as the socket and history tell it alike. Throws `TS-DATA` that names the bad field. */
export const readCandle = <I extends Interval>(
  data: Unchecked<DeribitCandle>,
  instrument: Instrument,
  interval: I,
  tick: EpochMs
): ExchangeKline<I> => ({
  ...klineWindow(instrument, interval, 'tick', tick),
  ...klinePrices(data, decimalNumber),
  volume: isInverse(instrument) ? null : decimalNumber('volume', data.volume),
  quoteVolume: decimalNumber('cost', data.cost),
  ...VOLUMES_ALONE
})

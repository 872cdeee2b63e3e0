import type { CandleFigures } from '../../src/analyze/candle-figures.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { epochMs } from '../../src/market/time.ts'
import { candleAt } from './candles.ts'

/** Final 1m candles of these figures. */
export const figureCandle = (of: CandleFigures, more: Partial<Candle> = {}): Candle =>
  candleAt(0, {
    openTime: epochMs(of.openTime),
    closeTime: epochMs(of.openTime + 60_000),
    high: String(of.high),
    low: String(of.low),
    close: String(of.close),
    volume: String(of.volume),
    quoteVolume: String(of.quoteVolume),
    ...more
  })

import { describe, expect, test } from '@jest/globals'
import type { CandleFigures } from '../../../src/analyze/candle-figures.ts'
import type { Indicator } from '../../../src/analyze/indicator/indicator.ts'
import type { Macd } from '../../../src/analyze/indicator/macd.ts'
import { registry } from '../../../src/analyze/indicator/registry.ts'
import { expectClose, type Figures } from '../../contract/indicator-contract.ts'
import vectors from '../vectors/ta-lib.json' with { type: 'json' }

const candles: readonly CandleFigures[] = vectors.candles.map(([high = 0, low = 0, close = 0, volume = 0], n) => ({
  openTime: n * 60_000,
  high,
  low,
  close,
  volume,
  quoteVolume: close * volume
}))

/** The figures of an indicator after each candle; null where it has no value. */
const run = <State, In, Value>(
  { init, add, value }: Indicator<State, In, Value>,
  input: (candle: CandleFigures) => In,
  figures: (value: Value) => Figures
): readonly (Figures | null)[] => {
  let state = init()
  return candles.map(candle => {
    state = add(state, input(candle))
    const now = value(state)
    return now === null ? null : figures(now)
  })
}

const close = (candle: CandleFigures): number => candle.close
const whole = (candle: CandleFigures): CandleFigures => candle
const single = (value: number): Figures => [value]
const ofMacd = (value: Macd): Figures => [value.macd, value.signal, value.histogram]

const { values, stochastic, settledMacd } = vectors

const cases: Readonly<Record<string, readonly [Readonly<Record<string, Figures>>, readonly (Figures | null)[]]>> = {
  sma: [values.sma, run(registry.sma, close, single)],
  ema: [values.ema, run(registry.ema, close, single)],
  rsi: [values.rsi, run(registry.rsi, close, single)],
  macd: [values.macd, run(registry.macd, close, ofMacd)],
  'macd as a whole, once its seed is forgotten': [settledMacd, run(registry.macd, close, ofMacd)],
  bollinger: [values.bollinger, run(registry.bollinger, close, value => [value.upper, value.middle, value.lower])],
  atr: [values.atr, run(registry.atr, whole, single)],
  obv: [values.obv, run(registry.obv, whole, single)],
  stochastic: [stochastic, run(registry.stochastic, whole, value => [value.k, value.d])]
}

const known = (figures: Figures): Figures | null => (figures.every(figure => figure === null) ? null : figures)

describe('what TA-Lib says of the same candles', () => {
  test.each(Object.entries(cases))('%s', (_name, [wanted, found]) => {
    expect(Object.keys(wanted).length).toBeGreaterThan(4)
    for (const [at, figures] of Object.entries(wanted)) expectClose(found[Number(at)] ?? null, known(figures))
  })
})

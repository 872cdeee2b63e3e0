import { describe, expect, test } from '@jest/globals'
import { StochasticOscillator } from 'trading-signals'
import { stochastic } from '../../../src/analyze/indicator/stochastic.ts'
import { indicatorContract } from '../../contract/indicator-contract.ts'
import { flatCandles } from '../../support/candle-walk.ts'
import { plainMean } from '../../support/plain-indicators.ts'

indicatorContract('stochastic oscillator', {
  indicator: stochastic(14, 3),
  input: candle => candle,
  figures: value => [value.k, value.d],
  warm: 14,
  whole: 16,
  definition: candles => {
    const place = (end: number): number => {
      const window = candles.slice(end - 14, end)
      const low = Math.min(...window.map(candle => candle.low))
      const high = Math.max(...window.map(candle => candle.high))
      return ((window.at(-1)!.close - low) / (high - low)) * 100
    }
    const { length } = candles
    return [place(length), plainMean([place(length - 2), place(length - 1), place(length)])]
  },
  reference: () => {
    const reference = new StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 1, dPeriod: 3 })
    return candle => {
      const value = reference.update(candle, false)
      return value && [value.stochK, value.stochD]
    }
  },
  flat: [null, null]
})

describe('the stochastic oscillator', () => {
  const { init, add, value } = stochastic(14, 3)
  const still = flatCandles(100, 14)
  const moved = { high: 104, low: 100, close: 103 }

  test('is undefined while its candles are of one price, and so is each %D over such a moment', () => {
    const state = still.reduce(add, init())
    expect(value(state)).toEqual({ k: null, d: null })
    const once = add(state, moved)
    expect(value(once)).toEqual({ k: 75, d: null })
    expect(value(add(add(once, moved), moved))).toEqual({ k: 75, d: 75 })
  })
})

import { describe, expect, test } from '@jest/globals'
import { VWAP } from 'trading-signals'
import type { CandleFigures } from '../../../src/analyze/candle-figures.ts'
import { vwap } from '../../../src/analyze/indicator/vwap.ts'
import { indicatorContract } from '../../contract/indicator-contract.ts'
import { DAY } from '../../support/market.ts'
import { exactSum } from '../../support/plain-indicators.ts'

const DAY_MS = 86_400_000
const dayOf = ({ openTime }: CandleFigures): number => Math.floor(openTime / DAY_MS)

indicatorContract('VWAP', {
  indicator: vwap(),
  input: candle => candle,
  figures: value => [value],
  warm: 1,
  definition: candles => {
    const today = candles.filter(candle => dayOf(candle) === dayOf(candles.at(-1)!))
    return [
      exactSum(today.map(candle => Number(candle.quoteVolume))) / exactSum(today.map(candle => Number(candle.volume)))
    ]
  },
  // It takes the middle of a candle for its average price, and knows no days: the walk of 1,200 minutes is within one.
  reference: () => {
    const reference = new VWAP()
    return candle => {
      const volume = Number(candle.volume)
      const paid = Number(candle.quoteVolume) / volume
      const value = reference.update({ high: paid, low: paid, close: paid, volume }, false)
      return [value ?? paid]
    }
  },
  flat: [61_685.98]
})

describe('VWAP', () => {
  const { init, add, value } = vwap()
  const candle = (openTime: number, volume: number, quoteVolume: number | null) => ({ openTime, volume, quoteVolume })

  test('says nothing of a day of which a candle did not tell what was paid', () => {
    const evening = add(add(init(), candle(DAY - 120_000, 2, null)), candle(DAY - 60_000, 1, 130))
    expect(value(evening)).toBeNull()
    expect(value(add(evening, candle(DAY, 3, 270)))).toBe(90)
  })

  test('begins anew at 00:00 UTC', () => {
    const evening = add(add(init(), candle(DAY - 120_000, 2, 200)), candle(DAY - 60_000, 1, 130))
    expect(value(evening)).toBe(110)
    expect(value(add(evening, candle(DAY, 3, 270)))).toBe(90)
  })

  test('is undefined while nothing was traded that day', () => {
    const yesterday = add(init(), candle(DAY - 60_000, 2, 200))
    const quiet = add(yesterday, candle(DAY, 0, 0))
    expect(value(quiet)).toBeNull()
    expect(value(add(quiet, candle(DAY + 60_000, 1, 99)))).toBe(99)
  })
})

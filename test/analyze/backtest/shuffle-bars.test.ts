import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Bar } from '../../../src/analyze/backtest/bar.ts'
import { measure } from '../../../src/analyze/backtest/measure.ts'
import { scoreBars } from '../../../src/analyze/backtest/score-bars.ts'
import { shuffleBars } from '../../../src/analyze/backtest/shuffle-bars.ts'
import { RULES, returningBars, runBacktest, wildBars } from './bars.ts'

/** What each candle did to the closes before it. */
const movesOf = (bars: readonly Bar[]): readonly (readonly number[])[] =>
  bars.slice(1).map(({ a, b }, n) => {
    const before = bars[n]!
    return [a.open / before.a.close, a.close / before.a.close, b.open / before.b.close, b.close / before.b.close]
  })

/** One of the four figures of every candle, in order. */
const sorted = (moves: readonly (readonly number[])[], figure: number): readonly number[] =>
  moves.map(move => move[figure]!).sort((one, other) => one - other)

const areClose = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((value, n) => Math.abs(value - other[n]!) < 1e-9)

describe('shuffled candles', () => {
  test('are the same moves of both, at the same times, from the same beginning to the same end', () => {
    fc.assert(
      fc.property(wildBars(1, 40), fc.nat(), (bars, seed) => {
        const shuffled = shuffleBars(bars, seed)
        expect(shuffled.map(({ openTime }) => openTime)).toEqual(bars.map(({ openTime }) => openTime))
        expect(shuffled[0]).toEqual(bars[0])
        expect(shuffled.at(-1)?.a.close).toBeCloseTo(bars.at(-1)!.a.close, 6)
        const [found, wanted] = [movesOf(shuffled), movesOf(bars)]
        for (const move of found) expect(wanted.some(one => areClose(move, one))).toBe(true)
        for (const figure of [0, 1, 2, 3]) expect(areClose(sorted(found, figure), sorted(wanted, figure))).toBe(true)
      })
    )
  })

  test('are the same for the same seed, and others for another', () => {
    const bars = returningBars(1, 100)
    expect(shuffleBars(bars, 7)).toEqual(shuffleBars(bars, 7))
    expect(shuffleBars(bars, 7)).not.toEqual(shuffleBars(bars, 8))
    expect(shuffleBars([], 7)).toEqual([])
  })

  test('win by luck alone, far less than the pair itself, costs apart', () => {
    const free = { ...RULES, feeBps: 0, slippageBps: 0 }
    const profitOf = (bars: readonly Bar[]): number =>
      measure(
        runBacktest(bars, scoreBars({ method: 'ols', window: 100, refitEvery: null, prices: 'plain' }), free),
        free
      ).profit
    const bars = returningBars(2, 2_000, 0.6)
    const lucky = [1, 2, 3, 4].map(seed => profitOf(shuffleBars(bars, seed)))
    expect(profitOf(bars)).toBeGreaterThan(2 * Math.max(...lucky.map(Math.abs)))
  })
})

import { describe, expect, test } from '@jest/globals'
import { halfLife } from '../../../src/analyze/pair/figures-of.ts'
import { spreads } from '../../../src/analyze/pair/hedge/spreads.ts'
import { zScore } from '../../../src/analyze/pair/z-score.ts'
import { apart, vectors } from './vectors.ts'

describe('the spread', () => {
  test('is what a hedge leaves of the price', () => {
    expect(spreads({ alpha: 1, beta: 2 }, [10, 10, 3], [3, 5, 1])).toEqual([3, -1, 0])
  })

  test('is nothing where only rounding is left', () => {
    const b = [0.1, 0.2, 0.3, 61_685.98]
    const a = b.map(x => 0.1 + 3 * x)
    expect(spreads({ alpha: 0.1, beta: 3 }, a, b)).toEqual([0, 0, 0, 0])
    expect(spreads({ alpha: 0.1, beta: 3.000001 }, a, b)).not.toContain(0)
  })
})

describe('the z-score', () => {
  test.each(vectors.series)('is that of numpy, by the sample deviation: $name', ({ values, std, zScore: wanted }) => {
    const found = zScore(values)
    expect(apart(found.std, std)).toBeLessThan(1e-12)
    expect(apart(found.score, wanted)).toBeLessThan(1e-9)
  })

  test('is undefined where nothing moves, of one value, and of what is not finite', () => {
    expect(zScore([0.1, 0.1, 0.1])).toEqual({ mean: 0.1, std: 0, score: null })
    expect(zScore([5])).toEqual({ mean: 5, std: null, score: null })
    expect(zScore([])).toEqual({ mean: null, std: null, score: null })
    expect(zScore([1, 2, Number.NaN])).toEqual({ mean: null, std: null, score: null })
  })
})

describe('the half-life', () => {
  test.each(vectors.series)('is that of statsmodels, undefined where nothing comes back: $name', vector => {
    const found = halfLife(vector.values)
    if (vector.halfLife === null) expect(found).toBeNull()
    else expect(apart(found, vector.halfLife)).toBeLessThan(1e-8)
  })

  test('of what halves at every step is ln 2 / ½ steps: the continuous speed of a discrete return', () => {
    const found = halfLife(Array.from({ length: 20 }, (_, n) => 0.5 ** n))
    expect(apart(found, 2 * Math.LN2)).toBeLessThan(1e-12)
  })

  test('is undefined for what grows, what stands still, what is too short, and what is not finite', () => {
    expect(halfLife([1, 2, 4, 8])).toBeNull()
    expect(halfLife([3, 3, 3, 3])).toBeNull()
    expect(halfLife([3, 1])).toBeNull()
    expect(halfLife([])).toBeNull()
    expect(halfLife([1, 2, Number.NaN, 1, 2])).toBeNull()
  })
})

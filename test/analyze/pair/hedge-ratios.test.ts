import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { correlation } from '../../../src/analyze/pair/figures-of.ts'
import { fitHuber } from '../../../src/analyze/pair/hedge/huber.ts'
import type { Line } from '../../../src/analyze/pair/hedge/line.ts'
import { momentsOf } from '../../../src/analyze/pair/hedge/moments.ts'
import { fitOls } from '../../../src/analyze/pair/hedge/ols.ts'
import { fitTheilSen } from '../../../src/analyze/pair/hedge/theil-sen.ts'
import { seeded } from '../../support/seeded.ts'
import { apart, vectors } from './vectors.ts'

type Fit = (a: readonly number[], b: readonly number[]) => Line | null

const olsOf: Fit = (a, b) => fitOls(momentsOf(b, a))
const fits: readonly (readonly [name: 'ols' | 'huber' | 'theilSen', lineOf: Fit])[] = [
  ['ols', olsOf],
  ['huber', fitHuber],
  ['theilSen', fitTheilSen]
]

const price = fc.integer({ min: 1, max: 1_000_000 }).map(cents => cents / 100)
const points = fc.array(fc.tuple(price, price), { minLength: 3, maxLength: 60 })

describe.each(fits)('the hedge ratio by %s', (name, lineOf) => {
  test.each(vectors.pairs)('is that of statsmodels or scipy: $name', vector => {
    const line = lineOf(vector.a, vector.b)
    expect(apart(line?.alpha, vector[name][0])).toBeLessThan(1e-8)
    expect(apart(line?.beta, vector[name][1])).toBeLessThan(1e-8)
  })

  test('is undefined while the hedge does not move, of one point, of none, and of what is not finite', () => {
    expect(lineOf([3, 1, 4], [5, 5, 5])).toBeNull()
    expect(lineOf([3], [5])).toBeNull()
    expect(lineOf([], [])).toBeNull()
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(lineOf([1, 2, bad, 4], [1, 3, 5, 7])).toBeNull()
      expect(lineOf([1, 2, 3, 4], [1, 3, bad, 7])).toBeNull()
    }
  })

  test('is 0 for a price that does not move', () => {
    expect(lineOf([7, 7, 7, 7], [1, 2, 4, 8])).toEqual({ alpha: 7, beta: 0 })
  })

  test('of a perfect line is that line', () => {
    const b = Array.from({ length: 50 }, (_, n) => 3_000 + 7 * n)
    const line = lineOf(
      b.map(x => 12.5 + 20 * x),
      b
    )
    expect(apart(line?.beta, 20)).toBeLessThan(1e-12)
    expect(apart(line?.alpha, 12.5)).toBeLessThan(1e-7)
  })

  test('in another unit is the same line in that unit', () => {
    fc.assert(
      fc.property(points, fc.constantFrom(0.25, 8, 1024), fc.integer({ min: -4, max: 4 }), (drawn, scale, shift) => {
        const [a, b] = [drawn.map(([one]) => one), drawn.map(([, other]) => other)]
        const line = lineOf(a, b)
        const moved = lineOf(
          a.map(value => scale * (value + 1_000 * shift)),
          b
        )
        if (line === null) return expect(moved).toBeNull()
        const size = 1 + Math.abs(line.beta)
        expect(Math.abs((moved?.beta ?? Number.NaN) / scale - line.beta) / size).toBeLessThan(1e-6)
      }),
      { numRuns: 200 }
    )
  })
})

describe('hedge ratios', () => {
  test('of one candle far away bend the least-squares line, and not the robust ones', () => {
    const next = seeded(5)
    const b = Array.from({ length: 100 }, (_, n) => 100 + n / 10)
    const a = b.map(x => 10 + 2 * x + next() - 0.5)
    a[99] = 2_000
    expect(Math.abs((olsOf(a, b)?.beta ?? 0) - 2)).toBeGreaterThan(5)
    expect(Math.abs((fitHuber(a, b)?.beta ?? 0) - 2)).toBeLessThan(0.1)
    expect(Math.abs((fitTheilSen(a, b)?.beta ?? 0) - 2)).toBeLessThan(0.1)
  })

  test('by Theil and Sen of more than 500 points come from a sample, the same one every time', () => {
    const next = seeded(9)
    const b = Array.from({ length: 2_000 }, () => 100 + 50 * next())
    const a = b.map(x => 3 * x + 20 * (next() - 0.5))
    const line = fitTheilSen(a, b)
    expect(fitTheilSen(a, b)).toEqual(line)
    expect(Math.abs((line?.beta ?? 0) - 3)).toBeLessThan(0.05)
  })
})

describe('the correlation', () => {
  test.each(vectors.pairs)('is that of numpy: $name', ({ a, b, correlation: wanted }) => {
    expect(apart(correlation(momentsOf(b, a)), wanted)).toBeLessThan(1e-12)
  })

  test('is never beyond 1, nor defined where one of the two does not move', () => {
    const b = Array.from({ length: 1_000 }, (_, n) => 0.1 * n)
    expect(correlation(momentsOf(b, b))).toBe(1)
    expect(
      correlation(
        momentsOf(
          b,
          b.map(x => 0.3 - x)
        )
      )
    ).toBe(-1)
    expect(correlation(momentsOf([1, 2, 3], [5, 5, 5]))).toBeNull()
    expect(correlation(momentsOf([1, 2, Number.NaN], [5, 6, 5]))).toBeNull()
    expect(correlation(momentsOf([], []))).toBeNull()
  })
})

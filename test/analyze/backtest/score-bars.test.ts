import { describe, expect, test } from '@jest/globals'
import { scoreBars } from '../../../src/analyze/backtest/score-bars.ts'
import { PAIR_METHODS } from '../../../src/market/records/derived/pair-stats.ts'
import { leg, statsOf } from '../pair/leg-scene.ts'
import { apart, vectors } from '../pair/vectors.ts'
import { bar, returningBars } from './bars.ts'

const bars = returningBars(5, 60)
const legs = bars.flatMap((one, n) => [leg('a', n, one.a.close), leg('b', n, one.b.close)])

describe('scores', () => {
  test.each(PAIR_METHODS)('of %s are those that the stage publishes', method => {
    for (const prices of ['plain', 'log'] as const) {
      const published = statsOf(legs, { window: 12, methods: [method], prices })
      const score = scoreBars({ method, window: 12, refitEvery: null, prices })
      const wanted = published.map(({ zScore, beta }) => (zScore === null ? null : { value: zScore, beta }))
      expect(bars.map(score)).toEqual(wanted)
      expect(wanted.filter(one => one !== null).length).toBeGreaterThan(30)
    }
  })

  test('ahead of a fit are measured by what statsmodels fitted to the window before', () => {
    const { a, b, ols } = vectors.pairs[0]!
    const score = scoreBars({ method: 'ols', window: a.length, refitEvery: 1, prices: 'plain' })
    const known = a.map((price, n) => score(bar(n, price, price, b[n]!, b[n]!)))
    expect(known.every(one => one === null)).toBe(true)
    const [alpha, beta] = ols
    const residuals = a.map((price, n) => price - alpha - beta * b[n]!)
    const deviation = Math.sqrt(residuals.reduce((sum, one) => sum + one * one, 0) / (a.length - 1))
    const next = score(bar(a.length, 1, 61_000, 1, 3_050))
    expect(apart(next?.beta, beta)).toBeLessThan(1e-8)
    expect(apart(next?.value, (61_000 - alpha - beta * 3_050) / deviation)).toBeLessThan(1e-6)
  })

  test('ahead of a fit keep it for as many candles as they were told, and take a new one then', () => {
    const score = scoreBars({ method: 'ols', window: 10, refitEvery: 7, prices: 'plain' })
    const betas = bars.map(one => score(one)?.beta ?? null)
    expect(betas.slice(0, 10)).toEqual(Array(10).fill(null))
    const runs = betas.slice(10).map((beta, n, all) => (n > 0 && beta === all[n - 1] ? 0 : n))
    expect(runs.filter(n => n > 0)).toEqual([7, 14, 21, 28, 35, 42, 49])
  })

  test('there are none where nothing moves', () => {
    for (const refitEvery of [null, 3]) {
      const score = scoreBars({ method: 'ols', window: 4, refitEvery, prices: 'plain' })
      for (let n = 0; n < 20; n++) expect(score(bar(n, 100, 100, 50, 50))).toBeNull()
    }
  })
})

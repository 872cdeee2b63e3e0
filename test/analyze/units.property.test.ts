import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { measure, type Performance } from '../../src/analyze/backtest/measure.ts'
import { scoreBars } from '../../src/analyze/backtest/score-bars.ts'
import { figuresOf, type PairFigures } from '../../src/analyze/pair/figures-of.ts'
import { newPairSeries, upsertPoint } from '../../src/analyze/pair/state/pair-series.ts'
import { windowAt } from '../../src/analyze/pair/window-at.ts'
import { PAIR_METHODS, type PairFigure, type PairMethod } from '../../src/market/records/derived/pair-stats.ts'
import { seeded } from '../support/seeded.ts'
import { RULES, returningBars, runBacktest } from './backtest/bars.ts'

/** By what the prices of both instruments are multiplied, each on its own. */
type Scales = { readonly a: number; readonly b: number }

const exponent = fc.integer({ min: -30, max: 30 })
/** Multiplying by these is exact, so that not even a bit may change. */
const powersOfTwo: fc.Arbitrary<Scales> = fc.record({ a: exponent, b: exponent }).map(({ a, b }) => ({
  a: 2 ** a,
  b: 2 ** b
}))
const anyScale = fc.double({ min: -9, max: 9, noNaN: true }).map(power => 10 ** power)
const anyScales: fc.Arbitrary<Scales> = fc.record({ a: anyScale, b: anyScale })

type Prices = { readonly a: readonly number[]; readonly b: readonly number[] }

const WINDOW = 60

/** Two walks, a pair that is held together, one that moves in few steps, and what is no pair at all. */
const marketOf = (kinds: readonly string[]): fc.Arbitrary<Prices> =>
  fc
    .record({
      seed: fc.nat(),
      kind: fc.constantFrom(...kinds),
      count: fc.integer({ min: WINDOW, max: 2 * WINDOW + 20 })
    })
    .map(({ seed, kind, count }) => {
      const next = seeded(seed)
      let [walkA, walkB, error] = [60_000, 3_000, 0]
      const points = Array.from({ length: count }, () => {
        walkA += 40 * (next() - 0.5)
        walkB += 4 * (next() - 0.5)
        error = 0.7 * error + 20 * (next() - 0.5)
        if (kind === 'walks') return [walkA, walkB] as const
        if (kind === 'held') return [500 + 20 * walkB + error, walkB] as const
        if (kind === 'steps') return [60_000 + Math.round(3 * next()), 3_000 + Math.round(3 * next())] as const
        if (kind === 'flat a') return [60_000, walkB] as const
        if (kind === 'flat b') return [walkA, 3_000] as const
        return [7 + 20.3 * walkB, walkB] as const
      })
      return { a: points.map(([a]) => a), b: points.map(([, b]) => b) }
    })

const SOUND = ['walks', 'held', 'steps', 'flat a', 'flat b']
const market = marketOf([...SOUND, 'perfect'])

const figuresAt = ({ a, b }: Prices, { a: scaleA, b: scaleB }: Scales, isLog: boolean) => {
  const series = newPairSeries(WINDOW)
  const of = (price: number): number => (isLog ? Math.log(price) : price)
  for (const [n, price] of a.entries())
    upsertPoint(series, { openTime: n, a: of(price * scaleA), b: of(b[n]! * scaleB) })
  return figuresOf(windowAt(series, series.points.at(-1)!), PAIR_METHODS)
}

const ONE: Scales = { a: 1, b: 1 }

/** By what a figure is multiplied with the prices; figures that are not named stay as they are. */
const unitOf = (figure: PairFigure, { a, b }: Scales): number => {
  if (figure === 'beta') return a / b
  return ['alpha', 'spread', 'spreadMean', 'spreadStd'].includes(figure) ? a : 1
}

const FIGURES = [
  'alpha',
  'beta',
  'spread',
  'spreadMean',
  'spreadStd',
  'zScore',
  'correlation',
  'halfLife',
  'adfStat',
  'adfPValue',
  'egStat',
  'egPValue'
] as const

const rescaled = (figures: PairFigures & { readonly method: PairMethod }, scales: Scales) => ({
  method: figures.method,
  cointegrated: figures.cointegrated,
  ...Object.fromEntries(
    FIGURES.map(name => [name, figures[name] === null ? null : figures[name] / unitOf(name, scales)])
  )
})

/** About how large a figure is on these prices. */
const sizeOf = (name: string): number => (['alpha', 'spread', 'spreadMean', 'spreadStd'].includes(name) ? 60_000 : 1)

/** What rounding may leave between two figures, beside what they are about. */
const expectClose = (found: number | null, wanted: number | null, about: number, what: string): void => {
  const apart = Math.abs((found ?? Number.NaN) - (wanted ?? Number.NaN))
  if (!(apart <= 1e-6 * Math.abs(wanted ?? 0) + 1e-9 * about)) expect([what, found]).toEqual([what, wanted])
}

describe('the unit of a price changes nothing in a pair', () => {
  test('not a bit, by every method, where the other unit is a power of two', () => {
    fc.assert(
      fc.property(market, powersOfTwo, (prices, scales) => {
        const [found, wanted] = [figuresAt(prices, scales, false), figuresAt(prices, ONE, false)]
        expect(found.map(one => rescaled(one, scales))).toEqual(wanted.map(one => rescaled(one, ONE)))
      }),
      { numRuns: 200 }
    )
  })

  test('but what rounding does, by every method, for units from 1e-9 to 1e9, each instrument in its own', () => {
    fc.assert(
      fc.property(market, anyScales, (prices, scales) => {
        const wanted = figuresAt(prices, ONE, false)
        for (const [n, one] of figuresAt(prices, scales, false).entries()) {
          const found: Readonly<Record<string, unknown>> = rescaled(one, scales)
          for (const name of FIGURES)
            expectClose(found[name] as number | null, wanted[n]![name], sizeOf(name), `${one.method} ${name}`)
          expect(one.cointegrated).toBe(wanted[n]!.cointegrated)
        }
      }),
      { numRuns: 200 }
    )
  })

  test('of logarithms, where a unit moves 0: only alpha bears it', () => {
    fc.assert(
      // The logarithms of a perfect line bend by less than a number tells.
      fc.property(marketOf(SOUND), anyScales, (prices, scales) => {
        const wanted = figuresAt(prices, ONE, true)
        for (const [n, one] of figuresAt(prices, scales, true).entries())
          for (const name of FIGURES)
            if (name !== 'alpha') expectClose(one[name], wanted[n]![name], 1, `${one.method} ${name}`)
      }),
      { numRuns: 100 }
    )
  })
})

/** Figures of a backtest that are money. */
const MONEY: readonly (keyof Performance)[] = ['profit', 'fees', 'maxDrawdown']

describe('the unit of a price changes nothing in a backtest', () => {
  const performanceAt = (
    seed: number,
    scales: Scales,
    method: PairMethod,
    capital: number,
    refitEvery: number | null
  ) => {
    const bars = returningBars(seed, 300).map(({ openTime, a, b }) => ({
      openTime,
      a: { open: a.open * scales.a, close: a.close * scales.a },
      b: { open: b.open * scales.b, close: b.close * scales.b }
    }))
    const rules = { ...RULES, capital }
    return measure(runBacktest(bars, scoreBars({ method, window: 40, refitEvery, prices: 'plain' }), rules), rules)
  }

  const anyBacktest = fc.record({
    seed: fc.nat({ max: 1_000 }),
    method: fc.constantFrom(...PAIR_METHODS),
    refitEvery: fc.constantFrom(null, 15)
  })

  test('not a bit where the other unit is a power of two, and money is counted in units of the capital', () => {
    fc.assert(
      fc.property(anyBacktest, powersOfTwo, exponent, ({ seed, method, refitEvery }, scales, power) => {
        const unit = 2 ** power
        const wanted = performanceAt(seed, ONE, method, 10_000, refitEvery)
        const found = performanceAt(seed, scales, method, 10_000 * unit, refitEvery)
        const money = Object.fromEntries(MONEY.map(name => [name, (found[name] ?? 0) / unit]))
        expect({ ...found, ...money }).toEqual(wanted)
        expect(found.trades).toBeGreaterThan(0)
      }),
      { numRuns: 60 }
    )
  })

  test('but what rounding does for units from 1e-9 to 1e9', () => {
    fc.assert(
      fc.property(anyBacktest, anyScales, ({ seed, method, refitEvery }, scales) => {
        const wanted = performanceAt(seed, ONE, method, 10_000, refitEvery)
        const found = performanceAt(seed, scales, method, 10_000, refitEvery)
        for (const name of Object.keys(wanted) as (keyof Performance)[])
          expectClose(found[name], wanted[name], 1, `${method} ${name}`)
      }),
      { numRuns: 60 }
    )
  })
})

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Backtest } from '../../../src/analyze/backtest/backtest-steps.ts'
import type { Bar } from '../../../src/analyze/backtest/bar.ts'
import { type ScoreOptions, scoreBars } from '../../../src/analyze/backtest/score-bars.ts'
import { PAIR_METHODS } from '../../../src/market/records/derived/pair-stats.ts'
import { RULES, runBacktest, timeOf, wildBars } from './bars.ts'

const options: fc.Arbitrary<ScoreOptions> = fc.record({
  method: fc.constantFrom(...PAIR_METHODS),
  window: fc.integer({ min: 4, max: 10 }),
  refitEvery: fc.option(fc.integer({ min: 1, max: 12 })),
  prices: fc.constantFrom('plain', 'log')
})

const EAGER = { ...RULES, entry: 1, exit: 0.2, stop: 3 }

const run = (bars: readonly Bar[], how: ScoreOptions): Backtest =>
  runBacktest(bars, scoreBars(how), { ...EAGER, prices: how.prices })

/** All that was known and done before a candle; a trade that was open then by its beginning alone. */
const until = ({ trades, equity }: Backtest, at: number) => ({
  equity: equity.filter(({ openTime }) => openTime < at),
  opened: trades
    .filter(({ openedAt }) => openedAt < at)
    .map(({ openedAt, quantityA, entryA }) => [openedAt, quantityA, entryA]),
  closed: trades.filter(({ closedAt }) => closedAt < at)
})

describe('the future', () => {
  test('whatever it is, nothing before it is another', () => {
    let traded = 0
    fc.assert(
      fc.property(
        wildBars(40, 80),
        wildBars(80, 80),
        fc.integer({ min: 12, max: 39 }),
        options,
        (bars, other, from, how) => {
          const altered = bars.map((bar, n) => (n < from ? bar : other[n]!))
          const [found, wanted] = [run(altered, how), run(bars, how)]
          traded += wanted.trades.length
          expect(until(found, timeOf(from))).toEqual(until(wanted, timeOf(from)))
        }
      )
    )
    expect(traded).toBeGreaterThan(100)
  })

  test('whether it comes at all, nothing before it is another but the end of what stood open', () => {
    fc.assert(
      fc.property(wildBars(40, 80), fc.integer({ min: 20, max: 39 }), options, (bars, count, how) => {
        const [found, wanted] = [run(bars.slice(0, count), how), run(bars, how)]
        expect(until(found, timeOf(count - 1))).toEqual(until(wanted, timeOf(count - 1)))
      })
    )
  })
})

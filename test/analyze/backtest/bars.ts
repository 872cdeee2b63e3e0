import fc from 'fast-check'
import type { BacktestRules, Score } from '../../../src/analyze/backtest/backtest-rules.ts'
import { type Backtest, backtestSteps } from '../../../src/analyze/backtest/backtest-steps.ts'
import type { Bar } from '../../../src/analyze/backtest/bar.ts'
import type { ScoreBar } from '../../../src/analyze/backtest/score-bars.ts'
import { seeded } from '../../support/seeded.ts'

const START = 1_723_161_600_000
const MINUTE = 60_000

export const timeOf = (n: number): number => START + n * MINUTE

/** The `n`th candle of both: open and close of `a`, then of `b`. */
export const bar = (n: number, openA: number, closeA: number, openB: number, closeB: number): Bar => ({
  openTime: timeOf(n),
  a: { open: openA, close: closeA },
  b: { open: openB, close: closeB }
})

export const RULES: BacktestRules = {
  entry: 2,
  exit: 0.5,
  stop: 4,
  feeBps: 10,
  slippageBps: 2,
  capital: 10_000,
  prices: 'plain',
  intervalMs: MINUTE
}

/** All steps of a backtest. */
export const runBacktest = (bars: readonly Bar[], score: ScoreBar, rules: BacktestRules): Backtest => {
  const steps = backtestSteps(bars, score, rules)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** Says what it was told to, whatever the candles are. */
export const scripted = (scores: readonly (number | null)[], beta: number): ScoreBar => {
  let n = 0
  return (): Score | null => {
    const value = scores[n++] ?? null
    return value === null ? null : { value, beta }
  }
}

/** Two instruments whose spread comes back: `share` of it is left after a candle. */
export const returningBars = (seed: number, count: number, share = 0.9): readonly Bar[] => {
  const next = seeded(seed)
  let [b, spread] = [3_000, 0]
  let [openA, openB] = [20 * b, b]
  return Array.from({ length: count }, (_, n) => {
    b *= 1 + 0.002 * (next() - 0.5)
    spread = share * spread + 200 * (next() - 0.5)
    const made = bar(n, openA, 20 * b + spread, openB, b)
    openA = made.a.close
    openB = made.b.close
    return made
  })
}

const move = fc.double({ min: 0.9, max: 1.1, noNaN: true })

/** Candles whose opens and closes wander by up to a tenth each. */
export const wildBars = (least: number, most: number): fc.Arbitrary<readonly Bar[]> =>
  fc.array(fc.tuple(move, move, move, move), { minLength: least, maxLength: most }).map(moves => {
    let [a, b] = [100, 50]
    return moves.map(([openA, closeA, openB, closeB], n) => {
      const made = bar(n, a * openA, a * closeA, b * openB, b * closeB)
      a = made.a.close
      b = made.b.close
      return made
    })
  })

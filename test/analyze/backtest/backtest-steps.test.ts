import { describe, expect, test } from '@jest/globals'
import { measure } from '../../../src/analyze/backtest/measure.ts'
import { bar, RULES, runBacktest, scripted, timeOf } from './bars.ts'

/**
 * Beta 2, 10,000 in both legs, slippage 1 %, fee 0.1 %. At the open of candle 2 (100 and 50) the spread is bought:
 * 50 of a at 101.00 (5,050) and −100 of b at 49.50 (4,950), fee 10.00. At the open of candle 4 (110 and 51) it is given back:
 * a at 108.90 (5,445), b at 51.51 (5,151), fee 10.596. Legs +395 and −201, fees 20.596: 173.404.
 */
const BARS = [
  bar(0, 100, 100, 50, 50),
  bar(1, 100, 99, 50, 49),
  bar(2, 100, 102, 50, 50),
  bar(3, 103, 109, 50, 51),
  bar(4, 110, 200, 51, 10)
]
const SCORES = [null, -2.5, -1, -0.3, 3]
const COSTLY = { ...RULES, feeBps: 10, slippageBps: 100 }

describe('a backtest', () => {
  const { trades, equity } = runBacktest(BARS, scripted(SCORES, 2), COSTLY)

  test('comes to the cent to what was computed by hand', () => {
    expect(trades).toHaveLength(1)
    const [trade] = trades
    expect(trade).toMatchObject({ side: 'long', reason: 'exit', openedAt: timeOf(2), closedAt: timeOf(4) })
    expect([trade?.quantityA, trade?.quantityB, trade?.entryScore, trade?.exitScore]).toEqual([50, -100, -2.5, -0.3])
    const prices = [trade?.entryA, trade?.entryB, trade?.exitA, trade?.exitB]
    for (const [at, price] of [101, 49.5, 108.9, 51.51].entries()) expect(prices[at]).toBeCloseTo(price, 9)
    expect(trade?.fees).toBeCloseTo(20.596, 9)
    expect(trade?.turnover).toBeCloseTo(20_596, 9)
    expect(trade?.profit).toBeCloseTo(173.404, 9)
  })

  test('marks the account at every close from the first score on', () => {
    expect(equity.map(({ openTime }) => openTime)).toEqual([1, 2, 3, 4].map(timeOf))
    expect(equity.map(({ side }) => side)).toEqual([null, 'long', 'long', null])
    for (const [at, worth] of [10_000, 9_990, 10_240, 10_173.404].entries())
      expect(equity[at]?.equity).toBeCloseTo(worth, 9)
  })

  test('is measured as computed by hand', () => {
    const figures = measure({ trades, equity }, COSTLY)
    expect(figures).toMatchObject({ trades: 1, wins: 1, stops: 0, exposurePct: 50 })
    expect(figures.profit).toBeCloseTo(173.404, 9)
    expect(figures.profitPct).toBeCloseTo(1.73404, 9)
    expect(figures.turnover).toBeCloseTo(2.0596, 9)
    expect(figures.maxDrawdown).toBeCloseTo(66.596, 9)
    expect(figures.maxDrawdownPct).toBeCloseTo(0.6503515625, 9)
    // Profits 0, −10, 250, −66.596: mean 43.351, sample deviation 140.8519…, and 525,600 minutes in 365 days.
    expect(figures.sharpe).toBeCloseTo(223.1331136878, 6)
  })

  test('in which nothing was traded has no Sharpe ratio and no fall', () => {
    const idle = runBacktest(BARS, scripted([0, 0, 0, 0, 0], 2), COSTLY)
    expect(measure(idle, COSTLY)).toEqual({
      trades: 0,
      wins: 0,
      stops: 0,
      profit: 0,
      profitPct: 0,
      fees: 0,
      sharpe: null,
      maxDrawdown: 0,
      maxDrawdownPct: 0,
      turnover: 0,
      exposurePct: 0
    })
  })

  test('closes at the last close what stands open, and pays for it', () => {
    const { trades, equity } = runBacktest(BARS.slice(0, 4), scripted(SCORES, 2), COSTLY)
    const [trade] = trades
    expect(trade).toMatchObject({ reason: 'end', closedAt: timeOf(4), exitScore: null })
    // a back at 109 · 0.99 = 107.91, b at 51 · 1.01 = 51.51: legs +345.5 and −201, fees 10 and 10.5465.
    expect(trade?.profit).toBeCloseTo(345.5 - 201 - 20.5465, 9)
    expect(equity.at(-1)?.equity).toBeCloseTo(10_000 + 345.5 - 201 - 20.5465, 9)
  })

  test('sells the spread where it is high, and hedges by worth where prices are logarithms', () => {
    const rules = { ...COSTLY, slippageBps: 0, feeBps: 0, prices: 'log' as const }
    const { trades } = runBacktest(BARS, scripted([null, 2, 1, 0.1, 0], 0.25), rules)
    // 8,000 of a sold at 100, 2,000 of b bought at 50; back at 110 and 51.
    expect(trades[0]).toMatchObject({ side: 'short', quantityA: -80, quantityB: 40 })
    expect(trades[0]?.profit).toBeCloseTo(-800 + 40, 9)
  })

  test('a score at the last close is traded no more', () => {
    expect(runBacktest(BARS.slice(0, 2), scripted(SCORES, 2), COSTLY).trades).toEqual([])
  })
})

/** What was done over candles that do not move, each trade as its first and last candle and its reason. */
const done = (scores: readonly (number | null)[]) => {
  const bars = scores.map((_, n) => bar(n, 100, 100, 50, 50))
  return runBacktest(bars, scripted(scores, 1), RULES).trades.map(({ openedAt, closedAt, reason }) => [
    (openedAt - timeOf(0)) / RULES.intervalMs,
    (closedAt - timeOf(0)) / RULES.intervalMs,
    reason
  ])
}

describe('what a score is traded by', () => {
  test('a spread that goes on against us is given up, and left alone until it was back within entry', () => {
    expect(done([2.1, 3, 4, 3, 2.5, 1.9, 2.2, 0.4, 0])).toEqual([
      [1, 3, 'stop'],
      [7, 8, 'exit']
    ])
  })

  test('a spread beyond the stop already is not entered', () => {
    expect(done([4, 5, 4.1, 1, 0])).toEqual([])
  })

  test('a spread that comes through to the other side is given back, and entered anew a candle later', () => {
    expect(done([-2, -1, 2.5, 2.5, 0, 0])).toEqual([
      [1, 3, 'exit'],
      [4, 5, 'exit']
    ])
  })

  test('entry and exit count from their very edge', () => {
    expect(done([1.999, 2, 0.501, 0.5, 0])).toEqual([[2, 4, 'exit']])
  })

  test('a close without a score changes nothing', () => {
    expect(done([2, null, null, 0, 0])).toEqual([[1, 4, 'exit']])
  })
})

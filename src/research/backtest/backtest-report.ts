import { type Backtest, backtestSteps } from '../../analyze/backtest/backtest-steps.ts'
import type { Bar } from '../../analyze/backtest/bar.ts'
import { measure, type Performance } from '../../analyze/backtest/measure.ts'
import { scoreBars } from '../../analyze/backtest/score-bars.ts'
import { shuffleBars } from '../../analyze/backtest/shuffle-bars.ts'
import { TickstreamError } from '../../market/error.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Bars } from '../bars/bars.ts'
import { drawFigures, drawNumber } from '../draw-figures.ts'
import { intervalName } from '../interval-name.ts'
import type { BacktestRequest } from './backtest-request.ts'

/** Longer than this nothing else waits, Ctrl-C for one. */
const TURN_MS = 50

/** Takes steps to their end, and lets others have their turn between them. Rejects with the signal's reason when it is raised. */
export const inTurns = async <T>(steps: Generator<undefined, T>, clock: Clock, signal: AbortSignal): Promise<T> => {
  let since = clock.monotonicMs()
  for (;;) {
    signal.throwIfAborted()
    const { done, value } = steps.next()
    if (done) return value
    if (clock.monotonicMs() - since < TURN_MS) continue
    await clock.sleep(0, signal)
    since = clock.monotonicMs()
  }
}

/** A backtest, what it came to, and what the same rules came to where there was nothing to know. */
export type BacktestReport = {
  readonly request: BacktestRequest
  readonly bars: Bars
  readonly backtest: Backtest
  readonly performance: Performance
  readonly shuffled: Performance
}

const tooFew = ({ bars, a, b }: Bars, window: number): TickstreamError =>
  new TickstreamError(
    'TS-DATA',
    `${a} and ${b} have ${bars.length} candles in common, too few to score one by a window of ${window}; take a longer range or a smaller --window`
  )

/** Runs a backtest, and the same on shuffled candles. Throws `TS-DATA` when no candle could be scored. */
export const reportBacktest = async (
  request: BacktestRequest,
  bars: Bars,
  clock: Clock,
  signal: AbortSignal
): Promise<BacktestReport> => {
  const rules = { ...request.rules, intervalMs: bars.intervalMs }
  const run = (bars: readonly Bar[]): Promise<Backtest> =>
    inTurns(backtestSteps(bars, scoreBars(request.scores), rules), clock, signal)
  const backtest = await run(bars.bars)
  if (backtest.equity.length === 0) throw tooFew(bars, request.scores.window)
  const shuffled = await run(shuffleBars(bars.bars, request.seed))
  return { request, bars, backtest, performance: measure(backtest, rules), shuffled: measure(shuffled, rules) }
}

const spanOf = ({ bars, intervalMs }: Bars) => ({
  from: bars[0]!.openTime,
  to: bars.at(-1)!.openTime + intervalMs
})

/** The report as one JSON object. Times in epoch milliseconds, money in quote currency. */
export const reportJson = ({ request, bars, performance, shuffled }: BacktestReport): string => {
  const { prices, refitEvery, ...scores } = request.scores
  return JSON.stringify({
    a: bars.a,
    b: bars.b,
    interval: intervalName(bars.intervalMs),
    ...spanOf(bars),
    candles: bars.bars.length,
    ...scores,
    walkForward: refitEvery !== null,
    refitEvery,
    ...request.rules,
    ...performance,
    seed: request.seed,
    shuffled
  })
}

const LABELS: readonly (readonly [name: keyof Performance, label: string])[] = [
  ['trades', 'trades'],
  ['wins', 'won'],
  ['stops', 'stopped'],
  ['profit', 'profit'],
  ['profitPct', 'profit, % of the capital'],
  ['fees', 'fees in it'],
  ['sharpe', 'Sharpe, a year'],
  ['maxDrawdown', 'deepest fall'],
  ['maxDrawdownPct', 'deepest fall, %'],
  ['turnover', 'turnover, times the capital'],
  ['exposurePct', 'candles held, %']
]

const iso = (time: number): string => new Date(time).toISOString()

/** Two places, and more where the number is so small that they would say nothing of it: capital may be a ten-thousandth of a coin. */
const drawCell = (value: number | null): string => {
  if (value === null || Number.isInteger(value)) return drawNumber(value)
  return Math.abs(value) < 1 ? String(Number(value.toPrecision(3))) : value.toFixed(2)
}

/** The report for people. */
export const drawReport = ({ request, bars, performance, shuffled }: BacktestReport): string => {
  const { scores, rules, seed } = request
  const { from, to } = spanOf(bars)
  const forward = scores.refitEvery === null ? '' : `, fitted ahead every ${scores.refitEvery} candles`
  const prices = rules.prices === 'log' ? ' on logarithms' : ''
  return [
    `${bars.a} ~ ${bars.b}: ${bars.bars.length} ${intervalName(bars.intervalMs)} candles in common, ${iso(from)} to ${iso(to)}`,
    `${scores.method}${prices}, a window of ${scores.window}${forward}; in at ${rules.entry}, out at ${rules.exit}, stop at ${rules.stop} deviations`,
    `${rules.capital} a trade; fee ${rules.feeBps} bps and slippage ${rules.slippageBps} bps of each fill`,
    '',
    drawFigures([
      ['', 'market', 'shuffled'],
      ...LABELS.map(([name, label]) => [label, drawCell(performance[name]), drawCell(shuffled[name])] as const)
    ]),
    `shuffled: the same moves in another order (seed ${seed}), where there is nothing to know; a profit there is luck`,
    ''
  ].join('\n')
}

import type { PairMethod } from '../../market/records/derived/pair-stats.ts'
import { hedges } from '../pair/hedge/hedges.ts'
import type { Line } from '../pair/hedge/line.ts'
import { spreadOf } from '../pair/hedge/spreads.ts'
import { newPairSeries, type PairSeries, upsertPoint } from '../pair/state/pair-series.ts'
import { windowAt } from '../pair/window-at.ts'
import { zScore } from '../pair/z-score.ts'
import type { BacktestRules, Score } from './backtest-rules.ts'
import type { Bar } from './bar.ts'

/** By what spreads are scored. */
export type ScoreOptions = Pick<BacktestRules, 'prices'> & {
  readonly method: PairMethod
  /** In candles that both have. */
  readonly window: number
  /**
   * null: each close is scored within the window that ends with it. Otherwise line, mean and deviation are fitted on a window and then
   * stay for so many candles, which they have never seen.
   */
  readonly refitEvery: number | null
}

/** Scores closes one after the other; null while too little is known. It never sees a later one. */
export type ScoreBar = (bar: Bar) => Score | null

/** What a window says of the closes that come after it. */
type Fit = { readonly line: Line; readonly mean: number; readonly std: number; readonly score: number }

const fitNow = (series: PairSeries, method: PairMethod): Fit | null => {
  const window = windowAt(series, series.points.at(-1)!)
  const hedge = window && hedges[method](window)
  if (!hedge?.among) return null
  const { mean, std, score } = zScore(hedge.among)
  if (mean === null || std === null || score === null) return null
  return { line: hedge.line, mean, std, score }
}

const pointOf = ({ openTime, a, b }: Bar, prices: BacktestRules['prices']) =>
  prices === 'log' ? { openTime, a: Math.log(a.close), b: Math.log(b.close) } : { openTime, a: a.close, b: b.close }

/** Scores by the windows that the closes end themselves. */
const rolling = ({ method, window, prices }: ScoreOptions): ScoreBar => {
  const series = newPairSeries(window)
  return bar => {
    upsertPoint(series, pointOf(bar, prices))
    const fit = fitNow(series, method)
    return fit && { value: fit.score, beta: fit.line.beta }
  }
}

/** Scores by what an earlier window said. */
const walkingForward = ({ method, window, prices }: ScoreOptions, refitEvery: number): ScoreBar => {
  const series = newPairSeries(window)
  let fit: Fit | null = null
  let age = 0
  return bar => {
    const point = pointOf(bar, prices)
    const known = fit
    upsertPoint(series, point)
    age++
    if (fit === null || age >= refitEvery) {
      fit = fitNow(series, method) ?? fit
      age = 0
    }
    if (known === null) return null
    return { value: (spreadOf(known.line, point.a, point.b) - known.mean) / known.std, beta: known.line.beta }
  }
}

/** A new scorer, which knows of no close yet. */
export const scoreBars = (options: ScoreOptions): ScoreBar =>
  options.refitEvery === null ? rolling(options) : walkingForward(options, options.refitEvery)

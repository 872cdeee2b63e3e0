import { type Kalman, NEW_KALMAN, observe } from './kalman.ts'
import type { Line } from './line.ts'
import type { Moments } from './moments.ts'
import { newRollingMoments, type RollingMoments, roll } from './rolling-moments.ts'

/** The prices of both at the close of the candle of `openTime`. */
export type Point = { readonly openTime: number; readonly a: number; readonly b: number }

/** A point and what came before it: all that its figures need, next to the points of its window. */
export type Known = Point & {
  /** Of the window that ends here, of fewer points while fewer have come. */
  readonly moments: Moments
  /** The filter's line as it was known before this point, and the point's distance from it. */
  readonly line: Line
  readonly surprise: number
}

/**
 * The times that both instruments have a candle of, in order. It depends on the points alone, not on the order they came in:
 * a corrected or a late one within the newest window leaves the same bits as if it had been right and in time.
 */
export type PairSeries = {
  readonly window: number
  /** The newest 2·window − 1: each of the newest `window` can be computed again over its own window. */
  points: Known[]
  /** How many came before them. */
  forgotten: number
  /** The filter before the first and after the last of `points`. */
  base: Kalman
  filter: Kalman
  rolling: RollingMoments
}

export const newPairSeries = (window: number): PairSeries => ({
  window,
  points: [],
  forgotten: 0,
  base: NEW_KALMAN,
  filter: NEW_KALMAN,
  rolling: newRollingMoments(window)
})

const append = (series: PairSeries, { openTime, a, b }: Point): void => {
  const { before: line, spread: surprise, after } = observe(series.filter, a, b)
  series.points.push({ openTime, a, b, moments: roll(series.rolling, b, a), line, surprise })
  series.filter = after
}

/** Forgets the oldest points that no window needs any more. */
const trim = (series: PairSeries): void => {
  while (series.points.length > 2 * series.window - 1) {
    const { a, b } = series.points.shift()!
    series.base = observe(series.base, a, b).after
    series.forgotten++
  }
}

/** Takes all points anew, from the filter before the first. */
const rebuild = (series: PairSeries, points: readonly Point[]): void => {
  series.points = []
  series.filter = series.base
  series.rolling = newRollingMoments(series.window, series.forgotten % series.window)
  for (const point of points) append(series, point)
}

/** What `points`, `forgotten` and `base` were taken from. */
export const restorePairSeries = (
  window: number,
  { points, forgotten, base }: { readonly points: readonly Point[]; readonly forgotten: number; readonly base: Kalman }
): PairSeries => {
  const series = { ...newPairSeries(window), forgotten, base }
  rebuild(series, points)
  return series
}

/** The open time of the oldest point of the newest window; null while that is not full. */
export const windowFrom = ({ points, window }: PairSeries): number | null => points.at(-window)?.openTime ?? null

export const pointAt = ({ points }: PairSeries, openTime: number): Point | null => {
  const notAfter = points.findLast(point => point.openTime <= openTime)
  return notAfter?.openTime === openTime ? notAfter : null
}

/** Takes a point, or corrects it, in place; not one before the newest window. */
export const putPoint = (series: PairSeries, point: Point): void => {
  const newest = series.points.at(-1)
  if (newest === undefined || newest.openTime < point.openTime) append(series, point)
  else {
    const before = series.points.filter(({ openTime }) => openTime < point.openTime)
    const after = series.points.filter(({ openTime }) => openTime > point.openTime)
    rebuild(series, [...before, point, ...after])
  }
  trim(series)
}

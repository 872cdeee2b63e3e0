import type { Moments } from '../hedge/moments.ts'
import { newRollingMoments, type RollingMoments, roll } from './rolling-moments.ts'

/** The prices of both at the close of the candle of `openTime`. */
export type Point = { readonly openTime: number; readonly a: number; readonly b: number }

/** A point and what came before it: all that its figures need, next to the points of its window. */
export type SeriesPoint = Point & {
  /** Of the window that ends here, of fewer points while fewer have come. */
  readonly moments: Moments
}

/**
 * The times that both instruments have a candle of, in order. It depends on the points alone, not on the order they came in:
 * a corrected or a late one within the newest window leaves the same bits as if it had been right and in time.
 */
export type PairSeries = {
  readonly window: number
  /** The newest 3·window − 2: each of the newest `window` can be computed again over its own window, and the filter begun before that. */
  points: SeriesPoint[]
  /** How many came before them. */
  forgotten: number
  rolling: RollingMoments
}

export const newPairSeries = (window: number): PairSeries => ({
  window,
  points: [],
  forgotten: 0,
  rolling: newRollingMoments(window)
})

const append = (series: PairSeries, { openTime, a, b }: Point): void => {
  series.points.push({ openTime, a, b, moments: roll(series.rolling, b, a) })
}

/** Forgets the oldest points that no window needs any more. */
const trim = (series: PairSeries): void => {
  while (series.points.length > 3 * series.window - 2) {
    series.points.shift()
    series.forgotten++
  }
}

/** Takes all points anew. */
const rebuild = (series: PairSeries, points: readonly Point[]): void => {
  series.points = []
  series.rolling = newRollingMoments(series.window, series.forgotten % series.window)
  for (const point of points) append(series, point)
}

/** What `points` and `forgotten` were taken from. */
export const restorePairSeries = (
  window: number,
  { points, forgotten }: { readonly points: readonly Point[]; readonly forgotten: number }
): PairSeries => {
  const series = { ...newPairSeries(window), forgotten }
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
export const upsertPoint = (series: PairSeries, point: Point): void => {
  const newest = series.points.at(-1)
  if (newest === undefined || newest.openTime < point.openTime) append(series, point)
  else {
    const before = series.points.filter(({ openTime }) => openTime < point.openTime)
    const after = series.points.filter(({ openTime }) => openTime > point.openTime)
    rebuild(series, [...before, point, ...after])
  }
  trim(series)
}

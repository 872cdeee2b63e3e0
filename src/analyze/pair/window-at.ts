import type { PairWindow } from './hedge/hedges.ts'
import type { PairSeries, SeriesPoint } from './state/pair-series.ts'

/** The window that ends at one of the newest points; null while fewer points have come than it takes. */
export const windowAt = ({ points, window }: PairSeries, newest: SeriesPoint): PairWindow | null => {
  if (newest.moments.count < window) return null
  const end = points.indexOf(newest) + 1
  const within = points.slice(end - window, end)
  const before = points.slice(Math.max(0, end - 2 * window + 1), end - window)
  return {
    a: within.map(({ a }) => a),
    b: within.map(({ b }) => b),
    moments: newest.moments,
    before: { a: before.map(({ a }) => a), b: before.map(({ b }) => b) }
  }
}

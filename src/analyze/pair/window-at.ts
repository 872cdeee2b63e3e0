import type { PairWindow } from './hedges.ts'
import type { Known, PairSeries } from './pair-series.ts'

/** The window that ends at one of the newest points; null while fewer points have come than it takes. */
export const windowAt = ({ points, forgotten, window }: PairSeries, newest: Known): PairWindow | null => {
  if (newest.moments.count < window) return null
  const end = points.indexOf(newest) + 1
  const within = points.slice(end - window, end)
  return {
    a: within.map(({ a }) => a),
    b: within.map(({ b }) => b),
    moments: newest.moments,
    line: newest.line,
    surprises: within.map(({ surprise }) => surprise),
    isSettled: forgotten + end - window >= window - 1
  }
}

import type { PairMethod } from '../../../market/records/derived/pair-stats.ts'
import { fitHuber } from './huber.ts'
import { filterLine } from './kalman.ts'
import type { Line } from './line.ts'
import type { Moments } from './moments.ts'
import { fitOls } from './ols.ts'
import { spreads } from './spreads.ts'
import { fitTheilSen } from './theil-sen.ts'

/** The points of one full window, oldest first. */
export type PairWindow = {
  readonly a: readonly number[]
  readonly b: readonly number[]
  readonly moments: Moments
  /** Up to a window less one of the points before it, which a filter begins with. */
  readonly before: { readonly a: readonly number[]; readonly b: readonly number[] }
}

/** A line, the newest spread from it, the spreads that this one is judged among, and the series that is tested for coming back; null while there are too few. */
export type Hedge = {
  readonly line: Line
  readonly spread: number | undefined
  readonly among: readonly number[] | null
  readonly tested: readonly number[] | null
}

/** All points of the window, measured from the line that was fitted to them. */
const fitted = (line: Line | null, { a, b }: PairWindow): Hedge | null => {
  if (line === null) return null
  const among = spreads(line, a, b)
  return { line, spread: among.at(-1), among, tested: among }
}

/**
 * The filter over the window, begun with the points before it. While there are fewer of those, its line alone is known.
 * How far a point is from what the filter knew comes back to 0 by its making, whatever the prices do; so what is tested is the spread
 * that could have been held.
 */
const filtered = ({ a, b, before }: PairWindow): Hedge | null => {
  const begins = a.length - 1
  const found = filterLine([...before.a, ...a], [...before.b, ...b], begins)
  if (found === null) return null
  const { line, innovations, held } = found
  const isFull = innovations.length === a.length
  return {
    line,
    spread: innovations.at(-1),
    among: isFull ? innovations : null,
    tested: isFull ? held : null
  }
}

/** Every method, by the name that `pairs` gives it; null where a window has no such line. */
export const hedges: Readonly<Record<PairMethod, (window: PairWindow) => Hedge | null>> = {
  ols: window => fitted(fitOls(window.moments), window),
  huber: window => fitted(fitHuber(window.a, window.b), window),
  theil_sen: window => fitted(fitTheilSen(window.a, window.b), window),
  kalman: filtered
}

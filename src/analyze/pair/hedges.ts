import type { PairMethod } from '../../market/pair-stats.ts'
import { fitHuber } from './huber.ts'
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
  /** What the filter knew of the newest point beforehand. */
  readonly line: Line
  /** How far each point was from what the filter knew of it. */
  readonly surprises: readonly number[]
  /** False while the window holds points that the filter began with, which it could know nothing of. */
  readonly isSettled: boolean
}

/** A line, the newest spread from it, and the spreads that this one is judged among; null while there are too few. */
export type Hedge = {
  readonly line: Line
  readonly spread: number | undefined
  readonly among: readonly number[] | null
}

/** All points of the window, measured from the line that was fitted to them. */
const fitted = (line: Line | null, { a, b }: PairWindow): Hedge | null => {
  if (line === null) return null
  const among = spreads(line, a, b)
  return { line, spread: among.at(-1), among }
}

/** Every method, by the name that `pairs` gives it; null where a window has no such line. */
export const hedges: Readonly<Record<PairMethod, (of: PairWindow) => Hedge | null>> = {
  ols: of => fitted(fitOls(of.moments), of),
  huber: of => fitted(fitHuber(of.a, of.b), of),
  theil_sen: of => fitted(fitTheilSen(of.a, of.b), of),
  kalman: ({ line, surprises, isSettled }) => ({
    line,
    spread: surprises.at(-1),
    among: isSettled ? surprises : null
  })
}

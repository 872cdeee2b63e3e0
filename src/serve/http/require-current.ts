import type { EpochMs } from '../../market/time.ts'
import type { Liveness } from '../live/liveness.ts'
import type { TimeRange } from '../store/series.ts'
import { Problem } from './problem.ts'

/** The state of an answer and its age, for those whose body has no place to say it. */
export const ageHeaders = ({ freshness }: Liveness): Readonly<Record<string, string>> => {
  const { state, ageMs } = freshness()
  return { 'tickstream-state': state, ...(ageMs === null ? {} : { 'tickstream-age-ms': String(ageMs) }) }
}

type Window = { readonly closeTime: EpochMs; readonly final: boolean }

/** Whether all that was asked for lies in the past, and is there: no news can add to it. */
const isOver = (windows: readonly Window[], { from, to, limit }: TimeRange): boolean => {
  if (from !== null && windows.length >= limit) return true
  const last = windows.at(-1)
  return to !== null && last?.final === true && last.closeTime >= to
}

/** Refuses windows that reach to the present where the answer has no place to say how old it is, and is taken for the newest. */
export const requireCurrent = (
  { freshness, problem }: Liveness,
  windows: readonly Window[],
  timeRange: TimeRange
): void => {
  if (freshness().state === 'live' || isOver(windows, timeRange)) return
  throw new Problem(503, `the newest windows are not known now: ${problem()}`, [], { 'retry-after': '1' })
}

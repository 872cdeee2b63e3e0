import type { BookLevel, BookTop } from '../../market/records/feed/book.ts'

/** What lies in the best levels of each side, in base currency; null where a side is empty or nothing is known. */
export type Depth = { readonly time: number; readonly bid: number | null; readonly ask: number | null }

const LEVELS = 5
/** A book that is older says nothing of the market now. */
const OLDEST_MS = 30_000
/** Moments of which the depth is kept while no ticker passes them: some minutes, should tickers stay behind the books. */
const MAX_DEPTHS = 64

const volumeOf = (levels: readonly BookLevel[]): number | null =>
  levels.length === 0 ? null : levels.slice(0, LEVELS).reduce((sum, [, quantity]) => sum + Number(quantity), 0)

export const depthOf = ({ time, bids, asks, stale }: BookTop): Depth =>
  stale ? { time, bid: null, ask: null } : { time, bid: volumeOf(bids), ask: volumeOf(asks) }

/** Takes a depth in: of those between two boundaries only the newest can ever be asked for. Ascending in time. */
export const addDepth = (depths: readonly Depth[], depth: Depth, everyMs: number): readonly Depth[] => {
  const boundary = ({ time }: Depth): number => Math.ceil(time / everyMs)
  const at = boundary(depth)
  const before = depths.filter(one => boundary(one) < at)
  const rival = depths.find(one => boundary(one) === at)
  const after = depths.filter(one => boundary(one) > at)
  return [...before, rival && rival.time > depth.time ? rival : depth, ...after].slice(-MAX_DEPTHS)
}

/** The newest depth at `time`, however old. */
const newestAt = (depths: readonly Depth[], time: number): Depth | undefined => depths.findLast(one => one.time <= time)

/** The depth known at `time`; null when the newest book is too old. */
export const depthAt = (depths: readonly Depth[], time: number): Depth | null => {
  const newest = newestAt(depths, time)
  return newest && newest.time >= time - OLDEST_MS ? newest : null
}

/** What can still be asked for once `time` has been answered. */
export const evictDepths = (depths: readonly Depth[], time: number): readonly Depth[] => {
  const newest = newestAt(depths, time)
  return newest ? depths.slice(depths.indexOf(newest)) : depths
}

import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import type { Interval } from '../../market/interval.ts'
import { pairKey } from '../../market/pair.ts'
import type { Composite } from '../../market/records/derived/composite.ts'
import type { PairStats } from '../../market/records/derived/pair-stats.ts'
import type { EpochMs } from '../../market/time.ts'

/** Candles or indicators of one instrument and interval. */
export type WindowSeries = Instrument & { readonly interval: Interval }

/** Statistics of one pair by one interval and method. */
export type PairSeries = Pick<PairStats, 'a' | 'b' | 'interval' | 'method'>

/** What the venues of one symbol say together. */
export type CompositeSeries = Pick<Composite, 'symbol' | 'simulated'>

export const windowSeriesKey = (series: WindowSeries): string => `${instrumentKey(series)} ${series.interval}`
export const pairSeriesKey = (series: PairSeries): string => `${pairKey(series)} ${series.interval} ${series.method}`

/** A record of a window. */
export type Timed = { readonly openTime: EpochMs }

/** Where a record was read. */
export type Origin = { readonly topic: string; readonly partition: number; readonly offset: bigint }

/** Windows `[from, to)`: the first `limit` from `from` on where that is given, otherwise the newest `limit`. */
export type TimeRange = { readonly from: EpochMs | null; readonly to: EpochMs | null; readonly limit: number }

/** One record a window, oldest first; in part those that a database has not stored yet. */
export type Series<T extends Timed> = {
  /** Takes a record of the live tail in; false when what is there is newer. */
  readonly upsert: (value: T, origin: Origin) => boolean
  /** Takes a record of the database in where the live tail has said nothing of its window, or something older. */
  readonly backfill: (value: T) => void
  readonly between: (timeRange: TimeRange) => readonly T[]
  /** Records before `to` that are not before `from`. */
  readonly count: (from: number, to: number | null) => number
  readonly newest: (count: number) => readonly T[]
  /** Everything from there on is here; null where nothing is known of that. */
  readonly loadedFrom: () => number | null
  readonly markLoaded: (from: number | null) => void
  /** Lets the oldest go until no more than `most` are left, but never one that `isStored` denies, until there are `MAX_UNSTORED`. */
  readonly trim: (most: number, isStored: (origin: Origin) => boolean) => void
  readonly size: () => number
}

/** Records of one series that wait for the database; beyond that the oldest go. */
const MAX_UNSTORED = 10_000

/** The place of the first time that is not below `time`. */
const indexAt = (times: readonly number[], time: number): number => {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}

/** What is asked for, of records that are sorted by their windows. */
export const limitTo = <T>(sorted: readonly T[], { from, limit }: TimeRange): readonly T[] =>
  from === null ? sorted.slice(Math.max(0, sorted.length - limit)) : sorted.slice(0, limit)

/** Times, values and origins side by side, so that a range is a slice. */
export const createSeries = <T extends Timed>(supersedes: (current: T, next: T) => boolean): Series<T> => {
  const times: number[] = []
  const values: T[] = []
  const origins: (Origin | null)[] = []
  let loaded: number | null = null
  const endOf = (to: number | null): number => (to === null ? times.length : indexAt(times, to))
  const strictlySupersedes = (current: T, next: T): boolean => supersedes(current, next) && !supersedes(next, current)
  const set = (value: T, origin: Origin | null, mayReplace: (current: T, next: T) => boolean): boolean => {
    const index = indexAt(times, value.openTime)
    const exists = times[index] === value.openTime
    if (exists && !mayReplace(values[index]!, value)) return false
    const instead = exists ? 1 : 0
    times.splice(index, instead, value.openTime)
    values.splice(index, instead, value)
    origins.splice(index, instead, origin)
    return true
  }
  const canEvict = (index: number, isStored: (origin: Origin) => boolean): boolean => {
    const origin = origins[index]!
    return origin === null || times.length - index > MAX_UNSTORED || isStored(origin)
  }
  return {
    upsert: (value, origin) => set(value, origin, supersedes),
    backfill: value => {
      set(value, null, strictlySupersedes)
    },
    between: ({ from, to, limit }) => {
      const end = endOf(to)
      if (from === null) return values.slice(Math.max(0, end - limit), end)
      const first = indexAt(times, from)
      return values.slice(first, Math.min(end, first + limit))
    },
    count: (from, to) => endOf(to) - indexAt(times, from),
    newest: count => values.slice(Math.max(0, times.length - count)),
    loadedFrom: () => loaded,
    markLoaded: from => {
      loaded = from
    },
    trim: (most, isStored) => {
      let gone = 0
      while (times.length - gone > most && canEvict(gone, isStored)) gone++
      if (gone === 0) return
      for (const list of [times, values, origins]) list.splice(0, gone)
      if (loaded !== null) loaded = Math.max(loaded, times[0] ?? Number.POSITIVE_INFINITY)
    },
    size: () => times.length
  }
}

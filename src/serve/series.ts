import type { EpochMs } from '../market/time.ts'

/** A record of a window. */
export type Timed = { readonly openTime: EpochMs }

/** Where a record was read. */
export type Origin = { readonly topic: string; readonly partition: number; readonly offset: bigint }

/** Windows `[from, to)`: the first `limit` from `from` on where that is given, otherwise the newest `limit`. */
export type Stretch = { readonly from: EpochMs | null; readonly to: EpochMs | null; readonly limit: number }

/** One record a window, oldest first; in part those that a database has not stored yet. */
export type Series<T extends Timed> = {
  /** Takes a record of the live edge in; false when what is there is newer. */
  readonly put: (value: T, origin: Origin) => boolean
  /** Takes a record of the database in where the edge has said nothing of its window, or something older. */
  readonly fill: (value: T) => void
  readonly between: (span: { readonly from: number | null; readonly to: number | null }) => readonly T[]
  readonly newest: (count: number) => readonly T[]
  /** Everything from there on is here; null where nothing is known of that. */
  readonly coveredFrom: () => number | null
  readonly cover: (from: number | null) => void
  /** Lets the oldest go until no more than `most` are left, but never one that `isStored` denies, until there are `MOST_UNSTORED`. */
  readonly trim: (most: number, isStored: (origin: Origin) => boolean) => void
  readonly size: () => number
}

/** Records of one series that wait for the database; beyond that the oldest go. */
const MOST_UNSTORED = 10_000

type Held<T> = { readonly value: T; readonly origin: Origin | null }

/** The place of the first time that is not below `time`. */
const placeOf = (times: readonly number[], time: number): number => {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}

/** What is asked for, of records that are sorted by their windows. */
export const cut = <T>(sorted: readonly T[], { from, limit }: Stretch): readonly T[] =>
  from === null ? sorted.slice(Math.max(0, sorted.length - limit)) : sorted.slice(0, limit)

export const createSeries = <T extends Timed>(isNews: (known: T, next: T) => boolean): Series<T> => {
  const times: number[] = []
  const held = new Map<number, Held<T>>()
  let covered: number | null = null
  const valuesOf = (some: readonly number[]): readonly T[] => some.map(time => held.get(time)!.value)
  const set = (value: T, origin: Origin | null): void => {
    if (!held.has(value.openTime)) times.splice(placeOf(times, value.openTime), 0, value.openTime)
    held.set(value.openTime, { value, origin })
  }
  const isStrictlyNews = (known: T, next: T): boolean => isNews(known, next) && !isNews(next, known)
  const mayGo = (time: number, isStored: (origin: Origin) => boolean): boolean => {
    const { origin } = held.get(time)!
    return origin === null || times.length > MOST_UNSTORED || isStored(origin)
  }
  return {
    put: (value, origin) => {
      const known = held.get(value.openTime)
      if (known && !isNews(known.value, value)) return false
      set(value, origin)
      return true
    },
    fill: value => {
      const known = held.get(value.openTime)
      if (!known || isStrictlyNews(known.value, value)) set(value, null)
    },
    between: ({ from, to }) =>
      valuesOf(times.slice(from === null ? 0 : placeOf(times, from), to === null ? undefined : placeOf(times, to))),
    newest: count => valuesOf(times.slice(Math.max(0, times.length - count))),
    coveredFrom: () => covered,
    cover: from => {
      covered = from
    },
    trim: (most, isStored) => {
      let gone = 0
      while (times.length - gone > most && mayGo(times[gone]!, isStored)) held.delete(times[gone++]!)
      if (gone === 0) return
      times.splice(0, gone)
      if (covered !== null) covered = Math.max(covered, times[0] ?? Number.POSITIVE_INFINITY)
    },
    size: () => times.length
  }
}

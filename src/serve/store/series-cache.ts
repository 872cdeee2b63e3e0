import type { Clock } from '../../runtime/clock.ts'
import { createSeries, limitTo, type Origin, type Series, type Timed, type TimeRange } from './series.ts'

/** Reads what a database holds of one series, oldest first. */
type Load<K, T> = (key: K, timeRange: TimeRange) => Promise<readonly T[]>

/** Series by their keys, joined with the database so that no window is missing and none comes twice. */
export type SeriesCache<K, T extends Timed> = {
  /** Takes a record from the live tail in; false when what is known is newer. */
  readonly upsert: (key: K, value: T, origin: Origin) => boolean
  /** Takes in what the database holds of a series, so that it is there before anybody asks. */
  readonly preload: (key: K, stored: readonly T[]) => void
  /** What is held of a series, newest last. */
  readonly newest: (key: K, count: number) => readonly T[]
  /** The newest record of every series. */
  readonly heads: () => readonly T[]
  readonly ask: (key: K, timeRange: TimeRange) => Promise<readonly T[]>
}

/** What a cache of series works with. */
export type SeriesCacheOptions<K, T> = {
  readonly keyOf: (key: K) => string
  /** Whether a record takes the place of the one that is known of its window. */
  readonly supersedes: (current: T, next: T) => boolean
  /** undefined: there is no database. */
  readonly load: Load<K, T> | undefined
  /** Whether the database has it. */
  readonly isStored: (origin: Origin) => boolean
  readonly clock: Clock
}

/** Records of a series that nobody has asked for; those that the database lacks come on top. */
const COLD_RECORDS = 4
/** … and of one that was asked for. */
const HOT_RECORDS = 1_500
/** Series that are hot; the one that was asked for longest ago is evicted. */
const MAX_HOT = 128
/** For so long it is believed that the database holds nothing older. */
const BEGINNING_HOLDS_MS = 60_000

type HotEntry = { readonly filled: Promise<void>; readonly at: number }

/** Whether memory alone can answer. */
const isLoaded = <T extends Timed>(series: Series<T>, { from, to, limit }: TimeRange): boolean => {
  const loadedFrom = series.loadedFrom()
  if (loadedFrom === null) return false
  if (from !== null) return from >= loadedFrom
  return loadedFrom === Number.NEGATIVE_INFINITY || series.count(loadedFrom, to) >= limit
}

/** Every series, and which of them are hot: the one that was asked for last stands at the end. */
type State<K, T extends Timed> = SeriesCacheOptions<K, T> & {
  readonly all: Map<string, Series<T>>
  readonly hot: Map<string, HotEntry>
}

const seriesOf = <K, T extends Timed>({ all, supersedes }: State<K, T>, key: string): Series<T> => {
  const series = all.get(key) ?? createSeries(supersedes)
  all.set(key, series)
  return series
}

const evict = <K, T extends Timed>(state: State<K, T>): void => {
  const [oldest] = state.hot.keys()
  if (state.hot.size <= MAX_HOT || oldest === undefined) return
  state.hot.delete(oldest)
  const series = seriesOf(state, oldest)
  series.trim(COLD_RECORDS, state.isStored)
  series.markLoaded(null)
}

/** Fills a series from the database. What came from the live tail meanwhile stays, for it is newer. */
const backfill = async <K, T extends Timed>(series: Series<T>, key: K, read: Load<K, T>): Promise<void> => {
  const stored = await read(key, { from: null, to: null, limit: HOT_RECORDS })
  for (const value of stored) series.backfill(value)
  series.markLoaded(stored.length < HOT_RECORDS ? Number.NEGATIVE_INFINITY : stored[0]!.openTime)
}

const heat = async <K, T extends Timed>(state: State<K, T>, seriesKey: K, read: Load<K, T>): Promise<Series<T>> => {
  const { hot, clock } = state
  const key = state.keyOf(seriesKey)
  const series = seriesOf(state, key)
  const current = hot.get(key)
  const isOld =
    current !== undefined &&
    series.loadedFrom() === Number.NEGATIVE_INFINITY &&
    clock.monotonicMs() - current.at > BEGINNING_HOLDS_MS
  const entry = current && !isOld ? current : { filled: backfill(series, seriesKey, read), at: clock.monotonicMs() }
  hot.delete(key)
  hot.set(key, entry)
  evict(state)
  try {
    await entry.filled
  } catch (error) {
    hot.delete(key)
    series.markLoaded(null)
    throw error
  }
  return series
}

/** The live tail is looked at first: what leaves it meanwhile is in the database by then. */
const join = async <T extends Timed>(
  recent: readonly T[],
  reading: Promise<readonly T[]>,
  supersedes: (current: T, next: T) => boolean,
  timeRange: TimeRange
): Promise<readonly T[]> => {
  const joined = new Map((await reading).map(value => [value.openTime, value]))
  for (const value of recent) {
    const current = joined.get(value.openTime)
    if (!current || supersedes(current, value)) joined.set(value.openTime, value)
  }
  return limitTo(
    [...joined.values()].sort((a, b) => a.openTime - b.openTime),
    timeRange
  )
}

export const createSeriesCache = <K, T extends Timed>(options: SeriesCacheOptions<K, T>): SeriesCache<K, T> => {
  const { keyOf, supersedes, load, isStored } = options
  const state: State<K, T> = { ...options, all: new Map(), hot: new Map() }
  const { all, hot } = state
  return {
    upsert: (seriesKey, value, origin) => {
      const key = keyOf(seriesKey)
      const series = seriesOf(state, key)
      const isNew = series.upsert(value, origin)
      const most = hot.has(key) ? HOT_RECORDS : COLD_RECORDS
      if (series.size() > most + most / 4) series.trim(most, isStored)
      return isNew
    },
    preload: (key, stored) => {
      for (const value of stored) seriesOf(state, keyOf(key)).backfill(value)
    },
    newest: (key, count) => all.get(keyOf(key))?.newest(count) ?? [],
    heads: () => [...all.values()].flatMap(series => series.newest(1)),
    ask: async (key, timeRange) => {
      if (!load) return all.get(keyOf(key))?.between(timeRange) ?? []
      const series = await heat(state, key, load)
      if (isLoaded(series, timeRange)) return series.between(timeRange)
      return join(series.between(timeRange), load(key, timeRange), supersedes, timeRange)
    }
  }
}

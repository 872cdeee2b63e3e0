import type { Clock } from '../../runtime/clock.ts'
import { createSeries, cut, type Origin, type Series, type Timed, type TimeRange } from './series.ts'

/** Reads what a database holds of one series, oldest first. */
type Load<K, T> = (key: K, timeRange: TimeRange) => Promise<readonly T[]>

/** Series by their keys, joined with the database so that no window is missing and none comes twice. */
export type Shelf<K, T extends Timed> = {
  /** Takes a record from the live edge in; false when what is known is newer. */
  readonly put: (key: K, value: T, origin: Origin) => boolean
  /** Takes in what the database holds of a series, so that it is there before anybody asks. */
  readonly know: (key: K, stored: readonly T[]) => void
  /** What is held of a series, newest last. */
  readonly newest: (key: K, count: number) => readonly T[]
  /** The newest record of every series. */
  readonly heads: () => readonly T[]
  readonly ask: (key: K, timeRange: TimeRange) => Promise<readonly T[]>
}

/** What a shelf needs to know. */
export type ShelfOptions<K, T> = {
  readonly keyOf: (key: K) => string
  /** Whether a record takes the place of the one that is known of its window. */
  readonly isNews: (known: T, next: T) => boolean
  /** undefined: there is no database. */
  readonly load: Load<K, T> | undefined
  /** Whether the database has it. */
  readonly isStored: (origin: Origin) => boolean
  readonly clock: Clock
}

/** Records that are held of a series that nobody has asked for; those that the database lacks come on top. */
const MIN = 4
/** … and of one that was asked for. */
const WARM = 1_500
/** Series that are held warm; the one that was asked for longest ago gives way. */
const MAX_WARM = 128
/** For so long it is believed that the database holds nothing older. */
const BEGINNING_HOLDS_MS = 60_000

type Warmth = { readonly filled: Promise<void>; readonly at: number }

/** Whether memory alone can answer. */
const isCovered = <T extends Timed>(series: Series<T>, { from, to, limit }: TimeRange): boolean => {
  const covered = series.coveredFrom()
  if (covered === null) return false
  if (from !== null) return from >= covered
  return covered === Number.NEGATIVE_INFINITY || series.count(covered, to) >= limit
}

/** What a shelf holds: every series, and which of them are warm, the one that was asked for last at the end. */
type State<K, T extends Timed> = ShelfOptions<K, T> & {
  readonly all: Map<string, Series<T>>
  readonly warm: Map<string, Warmth>
}

const seriesOf = <K, T extends Timed>({ all, isNews }: State<K, T>, key: string): Series<T> => {
  const there = all.get(key) ?? createSeries(isNews)
  all.set(key, there)
  return there
}

const letOneCool = <K, T extends Timed>(state: State<K, T>): void => {
  const [oldest] = state.warm.keys()
  if (state.warm.size <= MAX_WARM || oldest === undefined) return
  state.warm.delete(oldest)
  const series = seriesOf(state, oldest)
  series.trim(MIN, state.isStored)
  series.cover(null)
}

/** Fills a series from the database. What came from the edge meanwhile stays, for it is newer. */
const fill = async <K, T extends Timed>(series: Series<T>, key: K, read: Load<K, T>): Promise<void> => {
  const stored = await read(key, { from: null, to: null, limit: WARM })
  for (const value of stored) series.fill(value)
  series.cover(stored.length < WARM ? Number.NEGATIVE_INFINITY : stored[0]!.openTime)
}

const warmUp = async <K, T extends Timed>(state: State<K, T>, seriesKey: K, read: Load<K, T>): Promise<Series<T>> => {
  const { warm, clock } = state
  const key = state.keyOf(seriesKey)
  const series = seriesOf(state, key)
  const known = warm.get(key)
  const isOld =
    known !== undefined &&
    series.coveredFrom() === Number.NEGATIVE_INFINITY &&
    clock.monotonicMs() - known.at > BEGINNING_HOLDS_MS
  const warmth = known && !isOld ? known : { filled: fill(series, seriesKey, read), at: clock.monotonicMs() }
  warm.delete(key)
  warm.set(key, warmth)
  letOneCool(state)
  try {
    await warmth.filled
  } catch (error) {
    warm.delete(key)
    series.cover(null)
    throw error
  }
  return series
}

/** The edge is looked at first: what leaves it meanwhile is in the database by then. */
const join = async <T extends Timed>(
  recent: readonly T[],
  reading: Promise<readonly T[]>,
  isNews: (known: T, next: T) => boolean,
  timeRange: TimeRange
): Promise<readonly T[]> => {
  const joined = new Map((await reading).map(value => [value.openTime, value]))
  for (const value of recent) {
    const known = joined.get(value.openTime)
    if (!known || isNews(known, value)) joined.set(value.openTime, value)
  }
  return cut(
    [...joined.values()].sort((a, b) => a.openTime - b.openTime),
    timeRange
  )
}

export const createShelf = <K, T extends Timed>(options: ShelfOptions<K, T>): Shelf<K, T> => {
  const { keyOf, isNews, load, isStored } = options
  const state: State<K, T> = { ...options, all: new Map(), warm: new Map() }
  const { all, warm } = state
  return {
    put: (seriesKey, value, origin) => {
      const key = keyOf(seriesKey)
      const series = seriesOf(state, key)
      const isNew = series.put(value, origin)
      const most = warm.has(key) ? WARM : MIN
      if (series.size() > most + most / 4) series.trim(most, isStored)
      return isNew
    },
    know: (key, stored) => {
      for (const value of stored) seriesOf(state, keyOf(key)).fill(value)
    },
    newest: (key, count) => all.get(keyOf(key))?.newest(count) ?? [],
    heads: () => [...all.values()].flatMap(series => series.newest(1)),
    ask: async (key, timeRange) => {
      if (!load) return all.get(keyOf(key))?.between(timeRange) ?? []
      const series = await warmUp(state, key, load)
      if (isCovered(series, timeRange)) return series.between(timeRange)
      return join(series.between(timeRange), load(key, timeRange), isNews, timeRange)
    }
  }
}

import { spansEpochs } from '../market/epoch.ts'

/** Ids (inclusive) that are missing inside the ledger. */
export type LedgerGap = {
  fromId: number
  toId: number
  /**
   * Its trades were printed between `beforeTime` and `afterTime`: the nearest trade or heartbeat on either side says so, the one of all ids
   * behind `beforeId`, the other of all up to `afterId`. `UNTOLD` where nothing newer is known.
   */
  beforeId: number
  beforeTime: number
  afterId: number
  afterTime: number
  /** The symbol's time when it was discovered. */
  since: number
  /** `open`: stops the watermark. `held`: it has been waited for long enough. `lost`: it was given up for good. */
  state: 'open' | 'held' | 'lost'
  /** All windows from `touchedFrom` to `touchedTo` may change when the gap ends. */
  touchedFrom: number
  touchedTo: number
}

/** Between two epochs nobody knows how many trades there were. */
export const isCounted = ({ fromId, toId }: LedgerGap): boolean => !spansEpochs(fromId, toId)

export const missingCount = (gap: LedgerGap): number => (isCounted(gap) ? gap.toId - gap.fromId + 1 : 0)

export const UNKNOWN = Number.MAX_SAFE_INTEGER

/** Event times between which closed windows have to be looked at again. */
export type Span = { readonly from: number; readonly to: number }

/** A trade of that id and time, or a heartbeat that names it. */
export type Observed = { readonly id: number; readonly time: number }

export const newGap = (fromId: number, toId: number, before: Observed, since: number): LedgerGap => ({
  fromId,
  toId,
  beforeId: before.id,
  beforeTime: before.time,
  afterId: UNKNOWN,
  afterTime: UNKNOWN,
  since,
  // What the exchange printed between two epochs of its ids nobody can ever ask for.
  state: spansEpochs(fromId, toId) ? 'lost' : 'open',
  touchedFrom: before.time,
  touchedTo: before.time
})

/** Index of the first gap that ends at `id` or later. */
const firstTo = (gaps: readonly LedgerGap[], id: number): number => {
  let [low, high] = [0, gaps.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (gaps[middle]!.toId < id) low = middle + 1
    else high = middle
  }
  return low
}

/** The gap that has the id; -1 where none has. */
export const gapIndex = (gaps: readonly LedgerGap[], id: number): number => {
  const index = firstTo(gaps, id)
  return index < gaps.length && gaps[index]!.fromId <= id ? index : -1
}

/** Makes two of a gap that has both `id` and the next one. */
export const cut = (gaps: LedgerGap[], id: number): void => {
  const index = gapIndex(gaps, id)
  const gap = gaps[index]
  if (gap && gap.toId > id) gaps.splice(index, 1, { ...gap, toId: id }, { ...gap, fromId: id + 1 })
}

/** The gaps in a row that end with `id`. */
const runTo = (gaps: readonly LedgerGap[], id: number): readonly LedgerGap[] => {
  const run: LedgerGap[] = []
  for (let n = firstTo(gaps, id); gaps[n]?.toId === id; n--) {
    run.push(gaps[n]!)
    id = gaps[n]!.fromId - 1
  }
  return run
}

/** The gaps in a row that begin with `id`. */
const runFrom = (gaps: readonly LedgerGap[], id: number): readonly LedgerGap[] => {
  const run: LedgerGap[] = []
  for (let n = firstTo(gaps, id); gaps[n]?.fromId === id; n++) {
    run.push(gaps[n]!)
    id = gaps[n]!.toId + 1
  }
  return run
}

/** The window of that time is touched as well. */
export const touch = (gap: LedgerGap, time: number): void => {
  gap.touchedFrom = Math.min(gap.touchedFrom, time)
  gap.touchedTo = Math.max(gap.touchedTo, time)
}

export const spanOf = ({ touchedFrom, touchedTo, afterTime }: LedgerGap): Span => ({
  from: touchedFrom,
  to: Math.max(touchedTo, afterTime)
})

export const joined = (spans: readonly Span[]): Span | null =>
  spans.length === 0
    ? null
    : { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) }

/** Of what was given up windows are published at once, of what can still come when it ends. */
const spansOfLost = (gaps: readonly LedgerGap[]): readonly Span[] =>
  gaps.filter(({ state }) => state === 'lost').map(spanOf)

/**
 * All up to `id` was printed by `time`. What is missing there touches as much, whoever is nearer: windows without trades repeat its close.
 */
export const observeBefore = (gaps: readonly LedgerGap[], id: number, time: number): readonly Span[] => {
  const run = runTo(gaps, id)
  for (const gap of run) touch(gap, time)
  const news = run.filter(gap => gap.afterId > id || (gap.afterId === id && gap.afterTime > time))
  const changed = spansOfLost(news)
  for (const gap of news) Object.assign(gap, { afterId: id, afterTime: time })
  return changed
}

/** All behind `id` was printed at `time` or later. */
export const observeAfter = (gaps: readonly LedgerGap[], id: number, time: number): readonly Span[] => {
  const news = runFrom(gaps, id + 1).filter(gap => gap.beforeId < id || (gap.beforeId === id && gap.beforeTime < time))
  for (const gap of news) {
    touch(gap, time)
    Object.assign(gap, { beforeId: id, beforeTime: time })
  }
  return spansOfLost(news)
}

/** Whether a window, the end exclusive, may lack trades of the gap. The neighbours' times come in any order. */
export const touches = ({ beforeTime, afterTime }: LedgerGap, openTime: number, closeTime: number): boolean =>
  (beforeTime < closeTime || afterTime < closeTime) && (beforeTime >= openTime || afterTime >= openTime)

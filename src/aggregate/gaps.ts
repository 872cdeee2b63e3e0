import { spansEpochs } from '../market/epoch.ts'

/** Ids (inclusive) that are missing inside the ledger. */
export type Hole = {
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
  /** All windows from `touchedFrom` to `touchedTo` may change when the hole ends. */
  touchedFrom: number
  touchedTo: number
}

/** Between two epochs nobody knows how many trades there were. */
export const isCounted = ({ fromId, toId }: Hole): boolean => !spansEpochs(fromId, toId)

export const missingIn = (hole: Hole): number => (isCounted(hole) ? hole.toId - hole.fromId + 1 : 0)

export const UNTOLD = Number.MAX_SAFE_INTEGER

/** Event times between which closed windows have to be looked at again. */
export type Span = { readonly from: number; readonly to: number }

/** A trade of that id and time, or a heartbeat that names it. */
export type Told = { readonly id: number; readonly time: number }

export const newHole = (fromId: number, toId: number, before: Told, since: number): Hole => ({
  fromId,
  toId,
  beforeId: before.id,
  beforeTime: before.time,
  afterId: UNTOLD,
  afterTime: UNTOLD,
  since,
  // What the exchange printed between two epochs of its ids nobody can ever ask for.
  state: spansEpochs(fromId, toId) ? 'lost' : 'open',
  touchedFrom: before.time,
  touchedTo: before.time
})

/** Index of the first hole that ends at `id` or later. */
const firstTo = (holes: readonly Hole[], id: number): number => {
  let [low, high] = [0, holes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holes[middle]!.toId < id) low = middle + 1
    else high = middle
  }
  return low
}

/** The hole that has the id; -1 where none has. */
export const holeIndex = (holes: readonly Hole[], id: number): number => {
  const index = firstTo(holes, id)
  return index < holes.length && holes[index]!.fromId <= id ? index : -1
}

/** Makes two of a hole that has both `id` and the next one. */
export const cut = (holes: Hole[], id: number): void => {
  const index = holeIndex(holes, id)
  const hole = holes[index]
  if (hole && hole.toId > id) holes.splice(index, 1, { ...hole, toId: id }, { ...hole, fromId: id + 1 })
}

/** The holes in a row that end with `id`. */
const runTo = (holes: readonly Hole[], id: number): readonly Hole[] => {
  const run: Hole[] = []
  for (let n = firstTo(holes, id); holes[n]?.toId === id; n--) {
    run.push(holes[n]!)
    id = holes[n]!.fromId - 1
  }
  return run
}

/** The holes in a row that begin with `id`. */
const runFrom = (holes: readonly Hole[], id: number): readonly Hole[] => {
  const run: Hole[] = []
  for (let n = firstTo(holes, id); holes[n]?.fromId === id; n++) {
    run.push(holes[n]!)
    id = holes[n]!.toId + 1
  }
  return run
}

/** The window of that time is touched as well. */
export const touch = (hole: Hole, time: number): void => {
  hole.touchedFrom = Math.min(hole.touchedFrom, time)
  hole.touchedTo = Math.max(hole.touchedTo, time)
}

export const spanOf = ({ touchedFrom, touchedTo, afterTime }: Hole): Span => ({
  from: touchedFrom,
  to: Math.max(touchedTo, afterTime)
})

export const joined = (spans: readonly Span[]): Span | null =>
  spans.length === 0
    ? null
    : { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) }

/** Of what was given up windows are published at once, of what can still come when it ends. */
const spansOfLost = (holes: readonly Hole[]): readonly Span[] =>
  holes.filter(({ state }) => state === 'lost').map(spanOf)

/**
 * All up to `id` was printed by `time`. What is missing there touches as much, whoever told nearer: windows without trades repeat its close.
 */
export const tellBefore = (holes: readonly Hole[], id: number, time: number): readonly Span[] => {
  const run = runTo(holes, id)
  for (const hole of run) touch(hole, time)
  const news = run.filter(hole => hole.afterId > id || (hole.afterId === id && hole.afterTime > time))
  const changed = spansOfLost(news)
  for (const hole of news) Object.assign(hole, { afterId: id, afterTime: time })
  return changed
}

/** All behind `id` was printed at `time` or later. */
export const tellAfter = (holes: readonly Hole[], id: number, time: number): readonly Span[] => {
  const news = runFrom(holes, id + 1).filter(
    hole => hole.beforeId < id || (hole.beforeId === id && hole.beforeTime < time)
  )
  for (const hole of news) {
    touch(hole, time)
    Object.assign(hole, { beforeId: id, beforeTime: time })
  }
  return spansOfLost(news)
}

/** Whether a window, the end exclusive, may lack trades of the hole. The neighbours' times come in any order. */
export const touches = ({ beforeTime, afterTime }: Hole, openTime: number, closeTime: number): boolean =>
  (beforeTime < closeTime || afterTime < closeTime) && (beforeTime >= openTime || afterTime >= openTime)

import { spansEpochs } from '../market/epoch.ts'

/**
 * Which trade ids of a symbol have been counted: everything in `firstId..lastId` but for `holes`.
 * Ids are consecutive, so a jump is a hole, and the id before the first blocking hole tells how far the feed is whole.
 * Times are epoch milliseconds.
 */
export type Ledger = {
  firstId: number
  /** Time of the trade `firstId`. */
  firstTime: number
  lastId: number
  /** The latest moment up to which `lastId` is known to be the newest trade. */
  lastTime: number
  /** Ascending, disjoint, never adjacent to each other unless one is lost. */
  holes: Hole[]
}

/** Ids (inclusive) that are missing inside the ledger. */
export type Hole = {
  fromId: number
  toId: number
  /** Its trades lie between these two times, as far as its neighbours tell. */
  beforeTime: number
  afterTime: number
  /** The symbol's time when it was discovered. */
  since: number
  /** `open`: stops the watermark. `held`: it has been waited for long enough. `lost`: it was given up for good. */
  state: 'open' | 'held' | 'lost'
  /** All windows from `touchedFrom` to `touchedTo` may change when the hole ends. */
  touchedFrom: number
  touchedTo: number
}

/** What adding an id did. `filled`: it lay in this hole, which is gone if `ended`. */
export type Added =
  | { readonly kind: 'next' | 'duplicate' | 'first' | 'ahead' | 'earlier' }
  | { readonly kind: 'filled'; readonly hole: Hole; readonly ended: boolean }

const NEXT: Added = { kind: 'next' }
const DUPLICATE: Added = { kind: 'duplicate' }
const AHEAD: Added = { kind: 'ahead' }
const EARLIER: Added = { kind: 'earlier' }

export const newLedger = (id: number, time: number): Ledger => ({
  firstId: id,
  firstTime: time,
  lastId: id,
  lastTime: time,
  holes: []
})

/** Counts an id once. `now` is the symbol's time, for holes discovered by it. */
export const addId = (ledger: Ledger, id: number, time: number, now: number): Added => {
  if (id === ledger.lastId + 1) {
    if (ledger.holes.length > 0) boundLast(ledger.holes, id, time)
    ledger.lastId = id
    ledger.lastTime = time
    return NEXT
  }
  if (id > ledger.lastId) return addAhead(ledger, id, time, now)
  if (id < ledger.firstId) return addEarlier(ledger, id, time, now)
  const index = holeIndex(ledger.holes, id)
  return index < 0 ? DUPLICATE : fill(ledger.holes, index, id, time)
}

const newHole = (fromId: number, toId: number, beforeTime: number, afterTime: number, since: number): Hole => ({
  fromId,
  toId,
  beforeTime,
  afterTime,
  since,
  // What the exchange printed between two epochs of its ids nobody can ever ask for.
  state: spansEpochs(fromId, toId) ? 'lost' : 'open',
  touchedFrom: Math.min(beforeTime, afterTime),
  touchedTo: Math.max(beforeTime, afterTime)
})

/** The holes in a row that end with the id before `id`. */
const runBefore = (holes: readonly Hole[], id: number): readonly Hole[] => {
  const run: Hole[] = []
  for (let n = holes.findLastIndex(hole => hole.toId < id); n >= 0 && holes[n]!.toId === id - 1; n--) {
    run.push(holes[n]!)
    id = holes[n]!.fromId
  }
  return run
}

/** The holes in a row that begin with the id after `id`. */
const runAfter = (holes: readonly Hole[], id: number): readonly Hole[] => {
  const run: Hole[] = []
  for (let n = holes.findIndex(hole => hole.fromId > id); n >= 0 && holes[n]?.fromId === id + 1; n++) {
    run.push(holes[n]!)
    id = holes[n]!.toId
  }
  return run
}

/**
 * What is missing at the very end touches all up to the trade after it: windows without trades repeat its close. What was given up there
 * can have been printed as late.
 */
const boundLast = (holes: readonly Hole[], nextId: number, time: number): void => {
  for (const hole of runBefore(holes, nextId)) {
    if (hole.state === 'lost') hole.afterTime = Math.max(hole.afterTime, time)
    hole.touchedTo = Math.max(hole.touchedTo, time)
  }
}

const addAhead = (ledger: Ledger, id: number, time: number, now: number): Added => {
  ledger.holes.push(newHole(ledger.lastId + 1, id - 1, ledger.lastTime, time, now))
  boundLast(ledger.holes, id, time)
  ledger.lastId = id
  ledger.lastTime = time
  return AHEAD
}

const addEarlier = (ledger: Ledger, id: number, time: number, now: number): Added => {
  if (id < ledger.firstId - 1) ledger.holes.unshift(newHole(id + 1, ledger.firstId - 1, time, ledger.firstTime, now))
  ledger.firstId = id
  ledger.firstTime = time
  return EARLIER
}

/** The hole that has the id; -1 where none has. */
const holeIndex = (holes: readonly Hole[], id: number): number => {
  let [low, high] = [0, holes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holes[middle]!.toId < id) low = middle + 1
    else high = middle
  }
  return low < holes.length && holes[low]!.fromId <= id ? low : -1
}

export const isMissing = ({ holes }: Ledger, id: number): boolean => holeIndex(holes, id) >= 0

/** Whether the id lies in a hole that was not given up. */
export const canCome = ({ holes }: Ledger, id: number): boolean => {
  const hole = holes[holeIndex(holes, id)]
  return hole !== undefined && hole.state !== 'lost'
}

/** The window of that time is touched as well. */
const touch = (hole: Hole, time: number): void => {
  hole.touchedFrom = Math.min(hole.touchedFrom, time)
  hole.touchedTo = Math.max(hole.touchedTo, time)
}

/** Takes one id out of a hole, which may shrink, split or end. Its trade bounds what is missing on both sides of it. */
const fill = (holes: Hole[], index: number, id: number, time: number): Added => {
  const hole = holes[index]!
  const pieces: Hole[] = []
  if (id > hole.fromId) pieces.push({ ...hole, toId: id - 1 })
  if (id < hole.toId) pieces.push({ ...hole, fromId: id + 1 })
  holes.splice(index, 1, ...pieces)
  const [before, after] = [runBefore(holes, id), runAfter(holes, id)]
  for (const one of before) one.afterTime = time
  for (const one of after) one.beforeTime = time
  for (const one of [...before, ...after]) touch(one, time)
  const touched = [hole, ...before, ...after]
  const touchedFrom = Math.min(time, ...touched.map(one => one.touchedFrom))
  const touchedTo = Math.max(time, ...touched.map(one => one.touchedTo))
  for (const one of [hole, ...pieces]) Object.assign(one, { touchedFrom, touchedTo })
  return { kind: 'filled', hole, ended: pieces.length === 0 }
}

/** Gives ids up: what is missing of `fromId..toId` is lost. Returns the holes that changed. */
export const giveUp = (ledger: Ledger, fromId: number, toId: number, time: number, now: number): readonly Hole[] => {
  reachTo(ledger, toId, Math.max(time, ledger.lastTime), now)
  const lost: Hole[] = []
  ledger.holes = ledger.holes.flatMap(hole => {
    if (hole.toId < fromId || hole.fromId > toId || hole.state === 'lost') return [hole]
    const inside: Hole = {
      ...hole,
      fromId: Math.max(hole.fromId, fromId),
      toId: Math.min(hole.toId, toId),
      state: 'lost'
    }
    lost.push(inside)
    const left = hole.fromId < inside.fromId ? [{ ...hole, toId: inside.fromId - 1 }] : []
    const right = hole.toId > inside.toId ? [{ ...hole, fromId: inside.toId + 1 }] : []
    return [...left, inside, ...right]
  })
  return lost
}

/** Somebody vouches that ids up to `id` were printed by `time`: what is missing up to there is a hole. */
export const reachTo = (ledger: Ledger, id: number, time: number, now: number): void => {
  if (id > ledger.lastId) {
    ledger.holes.push(newHole(ledger.lastId + 1, id, ledger.lastTime, time, now))
    ledger.lastId = id
  }
  if (id !== ledger.lastId) return
  ledger.lastTime = Math.max(ledger.lastTime, time)
  for (const hole of runBefore(ledger.holes, id + 1)) hole.touchedTo = Math.max(hole.touchedTo, time)
}

/** How far the feed is whole: the last id before the first hole that still blocks, and its time. */
export const wholeTo = (ledger: Ledger): { readonly id: number; readonly time: number } => {
  const hole = ledger.holes.find(one => one.state === 'open')
  return hole ? { id: hole.fromId - 1, time: hole.beforeTime } : { id: ledger.lastId, time: ledger.lastTime }
}

/** Stops waiting for holes that were discovered more than `holdMs` of the symbol's time ago. */
export const holdNoLonger = (ledger: Ledger, now: number, holdMs: number): void => {
  for (const hole of ledger.holes) if (hole.state === 'open' && now - hole.since > holdMs) hole.state = 'held'
}

/** Whether a window, the end exclusive, may lack trades of the hole. The neighbours' times come in any order. */
export const touches = ({ beforeTime, afterTime }: Hole, openTime: number, closeTime: number): boolean =>
  (beforeTime < closeTime || afterTime < closeTime) && (beforeTime >= openTime || afterTime >= openTime)

/** Takes out lost holes that no window from `time` on is touched by; their ids count as seen. */
export const writeOffLost = (ledger: Ledger, time: number): readonly Hole[] => {
  const isPast = (hole: Hole): boolean => hole.state === 'lost' && hole.touchedTo < time
  const past = ledger.holes.filter(isPast)
  if (past.length > 0) ledger.holes = ledger.holes.filter(hole => !isPast(hole))
  return past
}

/** So many holes are known of a symbol. */
const MAX_HOLES = 10_000

/** Takes out the oldest holes where there are too many; their ids count as seen. */
export const writeOffOldest = (ledger: Ledger): readonly Hole[] =>
  ledger.holes.length > MAX_HOLES ? ledger.holes.splice(0, ledger.holes.length - MAX_HOLES * 0.9) : []

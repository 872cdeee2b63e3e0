import { epochOfOrdinal } from '../market/epoch.ts'
import {
  cut,
  type Hole,
  holeIndex,
  isCounted,
  joined,
  newHole,
  type Span,
  spanOf,
  type Told,
  tellAfter,
  tellBefore,
  touch
} from './gaps.ts'

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
  /** The latest moment up to which `lastId` is known to be the newest trade; 0 where it was only given up. */
  lastTime: number
  /** Ascending and disjoint. */
  holes: Hole[]
}

/** What adding an id did, and what that changes. */
export type Added = {
  readonly kind: 'next' | 'duplicate' | 'ahead' | 'earlier' | 'filled'
  readonly changed: Span | null
}

const NEXT: Added = { kind: 'next', changed: null }
const DUPLICATE: Added = { kind: 'duplicate', changed: null }
const EARLIER: Added = { kind: 'earlier', changed: null }

export const newLedger = (id: number, time: number): Ledger => ({
  firstId: id,
  firstTime: time,
  lastId: id,
  lastTime: time,
  holes: []
})

/** Counts an id once. `now` is the symbol's time, for holes discovered by it. */
export const addId = (ledger: Ledger, id: number, time: number, now: number): Added => {
  if (id > ledger.lastId) return addNewest(ledger, id, time, now)
  if (id < ledger.firstId) return addEarlier(ledger, id, time, now)
  const index = holeIndex(ledger.holes, id)
  return index < 0 ? DUPLICATE : fill(ledger, index, id, time)
}

const addNewest = (ledger: Ledger, id: number, time: number, now: number): Added => {
  const isNext = id === ledger.lastId + 1
  if (!isNext) openHole(ledger, id - 1, now)
  ledger.lastId = id
  ledger.lastTime = time
  if (ledger.holes.at(-1)?.toId !== id - 1) return NEXT
  return { kind: isNext ? 'next' : 'ahead', changed: joined(tellBefore(ledger.holes, id - 1, time)) }
}

const addEarlier = (ledger: Ledger, id: number, time: number, now: number): Added => {
  if (id < ledger.firstId - 1) {
    ledger.holes.unshift(newHole(id + 1, ledger.firstId - 1, { id, time }, now))
    tellBefore(ledger.holes, ledger.firstId - 1, ledger.firstTime)
  }
  ledger.firstId = id
  ledger.firstTime = time
  return EARLIER
}

/** All ids up to `toId` exist: those that did not come are missing. */
const openHole = (ledger: Ledger, toId: number, now: number): void => {
  ledger.holes.push(newHole(ledger.lastId + 1, toId, newest(ledger), now))
  ledger.lastId = toId
  ledger.lastTime = 0
}

/** The newest that was told. */
const newest = ({ holes, lastId, lastTime }: Ledger): Told => {
  const end = holes.at(-1)
  return end && lastTime === 0 ? { id: end.beforeId, time: end.beforeTime } : { id: lastId, time: lastTime }
}

export const isMissing = ({ holes }: Ledger, id: number): boolean => holeIndex(holes, id) >= 0

/** Whether the id lies in a hole that was not given up. */
export const canCome = ({ holes }: Ledger, id: number): boolean => {
  const hole = holes[holeIndex(holes, id)]
  return hole !== undefined && hole.state !== 'lost'
}

/** Takes one id out of a hole, which may shrink, be cut in two or end. Its trade tells of what is missing on both sides of it. */
const fill = (ledger: Ledger, index: number, id: number, time: number): Added => {
  const { holes } = ledger
  const hole = holes[index]!
  touch(hole, time)
  // A hole that was held open is looked at once it has ended, not at each of its trades.
  const ended = hole.fromId === hole.toId || hole.state === 'lost' ? [spanOf(hole)] : []
  cut(holes, id - 1)
  cut(holes, id)
  holes.splice(holeIndex(holes, id), 1)
  if (id === ledger.lastId) ledger.lastTime = Math.max(ledger.lastTime, time)
  const changed = joined([...ended, ...tellBefore(holes, id - 1, time), ...tellAfter(holes, id, time)])
  return { kind: 'filled', changed }
}

/**
 * Gives ids up: what is missing of `fromId..toId` is lost. When it was printed that does not tell; that there were such ids is news of a hole
 * between two epochs.
 */
export const giveUp = (ledger: Ledger, fromId: number, toId: number, now: number): Span | null => {
  if (toId > ledger.lastId) openHole(ledger, toId, now)
  const { holes } = ledger
  const uncounted = holes.filter(hole => hole.fromId <= toId && hole.toId >= fromId && !isCounted(hole))
  cut(holes, fromId - 1)
  cut(holes, toId)
  const lost = holes.filter(hole => hole.fromId >= fromId && hole.toId <= toId && hole.state !== 'lost')
  for (const hole of lost) hole.state = 'lost'
  return joined([...lost, ...uncounted].map(spanOf))
}

/** A chain that has ended can be asked of nobody: whoever vouches for the next one has given up what it knows to be missing. */
const giveUpEnded = (holes: readonly Hole[], id: number): readonly Span[] => {
  const epoch = epochOfOrdinal(id)
  const ended = epoch === 0 ? [] : holes.filter(hole => hole.state !== 'lost' && epochOfOrdinal(hole.toId) < epoch)
  for (const hole of ended) hole.state = 'lost'
  return ended.map(spanOf)
}

/** A heartbeat: ids up to `id` were printed by `time`, and none behind it. What did not come is missing. */
export const vouch = (ledger: Ledger, id: number, time: number, now: number): Span | null => {
  if (id < ledger.firstId) return null
  if (id > ledger.lastId) openHole(ledger, id, now)
  if (id === ledger.lastId) ledger.lastTime = Math.max(ledger.lastTime, time)
  if (ledger.holes.length === 0) return null
  const ended = giveUpEnded(ledger.holes, id)
  cut(ledger.holes, id)
  return joined([...ended, ...tellBefore(ledger.holes, id, time), ...tellAfter(ledger.holes, id, time)])
}

/** The time up to which the feed is whole: before the first hole that still blocks. */
export const wholeTo = (ledger: Ledger): number => {
  const hole = ledger.holes.find(one => one.state === 'open')
  return hole ? Math.min(hole.beforeTime, hole.afterTime) : newest(ledger).time
}

/** Stops waiting for holes that were discovered more than `holdMs` of the symbol's time ago. */
export const holdNoLonger = (ledger: Ledger, now: number, holdMs: number): void => {
  for (const hole of ledger.holes) if (hole.state === 'open' && now - hole.since > holdMs) hole.state = 'held'
}

/** Takes out lost holes that no window from `time` on is touched by; their ids count as seen. */
export const writeOffLost = (ledger: Ledger, time: number): readonly Hole[] => {
  const isPast = (hole: Hole): boolean => hole.state === 'lost' && spanOf(hole).to < time
  const past = ledger.holes.filter(isPast)
  if (past.length > 0) ledger.holes = ledger.holes.filter(hole => !isPast(hole))
  return past
}

/** So many holes are known of a symbol. */
const MAX_HOLES = 10_000

/** Takes out the oldest holes where there are too many; their ids count as seen. */
export const writeOffOldest = (ledger: Ledger): readonly Hole[] =>
  ledger.holes.length > MAX_HOLES ? ledger.holes.splice(0, ledger.holes.length - MAX_HOLES * 0.9) : []

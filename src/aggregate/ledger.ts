import { epochOfOrdinal } from '../market/epoch.ts'
import {
  cut,
  gapIndex,
  isCounted,
  joined,
  type LedgerGap,
  newGap,
  type Observed,
  observeAfter,
  observeBefore,
  type Span,
  spanOf,
  touch
} from './gaps.ts'

/**
 * Which trade ids of a symbol have been counted: everything in `firstId..lastId` but for `gaps`.
 * Ids are consecutive, so a jump is a gap, and the id before the first blocking gap tells how far the feed is whole.
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
  gaps: LedgerGap[]
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
  gaps: []
})

/** Counts an id once. `now` is the symbol's time, for gaps discovered by it. */
export const addId = (ledger: Ledger, id: number, time: number, now: number): Added => {
  if (id > ledger.lastId) return addNewest(ledger, id, time, now)
  if (id < ledger.firstId) return addEarlier(ledger, id, time, now)
  const index = gapIndex(ledger.gaps, id)
  return index < 0 ? DUPLICATE : fill(ledger, index, id, time)
}

const addNewest = (ledger: Ledger, id: number, time: number, now: number): Added => {
  const isNext = id === ledger.lastId + 1
  if (!isNext) openGap(ledger, id - 1, now)
  ledger.lastId = id
  ledger.lastTime = time
  if (ledger.gaps.at(-1)?.toId !== id - 1) return NEXT
  return { kind: isNext ? 'next' : 'ahead', changed: joined(observeBefore(ledger.gaps, id - 1, time)) }
}

const addEarlier = (ledger: Ledger, id: number, time: number, now: number): Added => {
  if (id < ledger.firstId - 1) {
    ledger.gaps.unshift(newGap(id + 1, ledger.firstId - 1, { id, time }, now))
    observeBefore(ledger.gaps, ledger.firstId - 1, ledger.firstTime)
  }
  ledger.firstId = id
  ledger.firstTime = time
  return EARLIER
}

/** All ids up to `toId` exist: those that did not come are missing. */
const openGap = (ledger: Ledger, toId: number, now: number): void => {
  ledger.gaps.push(newGap(ledger.lastId + 1, toId, newest(ledger), now))
  ledger.lastId = toId
  ledger.lastTime = 0
}

/** The newest trade, or heartbeat, that came. */
const newest = ({ gaps, lastId, lastTime }: Ledger): Observed => {
  const end = gaps.at(-1)
  return end && lastTime === 0 ? { id: end.beforeId, time: end.beforeTime } : { id: lastId, time: lastTime }
}

export const isMissing = ({ gaps }: Ledger, id: number): boolean => gapIndex(gaps, id) >= 0

/** Whether the id lies in a gap that was not given up. */
export const canCome = ({ gaps }: Ledger, id: number): boolean => {
  const gap = gaps[gapIndex(gaps, id)]
  return gap !== undefined && gap.state !== 'lost'
}

/** Takes one id out of a gap, which may shrink, be cut in two or end. Its trade tells of what is missing on both sides of it. */
const fill = (ledger: Ledger, index: number, id: number, time: number): Added => {
  const { gaps } = ledger
  const gap = gaps[index]!
  touch(gap, time)
  // A gap that was held open is looked at once it has ended, not at each of its trades.
  const ended = gap.fromId === gap.toId || gap.state === 'lost' ? [spanOf(gap)] : []
  cut(gaps, id - 1)
  cut(gaps, id)
  gaps.splice(gapIndex(gaps, id), 1)
  if (id === ledger.lastId) ledger.lastTime = Math.max(ledger.lastTime, time)
  const changed = joined([...ended, ...observeBefore(gaps, id - 1, time), ...observeAfter(gaps, id, time)])
  return { kind: 'filled', changed }
}

/**
 * Gives ids up: what is missing of `fromId..toId` is lost. When it was printed that does not tell; that there were such ids is news of a gap
 * between two epochs.
 */
export const abandon = (ledger: Ledger, fromId: number, toId: number, now: number): Span | null => {
  if (toId > ledger.lastId) openGap(ledger, toId, now)
  const { gaps } = ledger
  const uncounted = gaps.filter(gap => gap.fromId <= toId && gap.toId >= fromId && !isCounted(gap))
  cut(gaps, fromId - 1)
  cut(gaps, toId)
  const abandoned = gaps.filter(gap => gap.fromId >= fromId && gap.toId <= toId && gap.state !== 'lost')
  for (const gap of abandoned) gap.state = 'lost'
  return joined([...abandoned, ...uncounted].map(spanOf))
}

/** A chain that has ended can be asked of nobody: whoever is complete in the next one has given up what it knows to be missing. */
const abandonEnded = (gaps: readonly LedgerGap[], id: number): readonly Span[] => {
  const epoch = epochOfOrdinal(id)
  const ended = epoch === 0 ? [] : gaps.filter(gap => gap.state !== 'lost' && epochOfOrdinal(gap.toId) < epoch)
  for (const gap of ended) gap.state = 'lost'
  return ended.map(spanOf)
}

/** A heartbeat: ids up to `id` were printed by `time`, and none behind it. What did not come is missing. */
export const assertUpTo = (ledger: Ledger, id: number, time: number, now: number): Span | null => {
  if (id < ledger.firstId) return null
  if (id > ledger.lastId) openGap(ledger, id, now)
  if (id === ledger.lastId) ledger.lastTime = Math.max(ledger.lastTime, time)
  if (ledger.gaps.length === 0) return null
  const ended = abandonEnded(ledger.gaps, id)
  cut(ledger.gaps, id)
  return joined([...ended, ...observeBefore(ledger.gaps, id, time), ...observeAfter(ledger.gaps, id, time)])
}

/** The time up to which the feed is whole: before the first gap that still blocks. */
export const completeThrough = (ledger: Ledger): number => {
  const gap = ledger.gaps.find(one => one.state === 'open')
  return gap ? Math.min(gap.beforeTime, gap.afterTime) : newest(ledger).time
}

/** Stops waiting for gaps that were discovered more than `holdMs` of the symbol's time ago. */
export const expireGaps = (ledger: Ledger, now: number, holdMs: number): void => {
  for (const gap of ledger.gaps) if (gap.state === 'open' && now - gap.since > holdMs) gap.state = 'held'
}

/** Takes out lost gaps that no window from `time` on is touched by; their ids count as seen. */
export const writeOffLost = (ledger: Ledger, time: number): readonly LedgerGap[] => {
  const isPast = (gap: LedgerGap): boolean => gap.state === 'lost' && spanOf(gap).to < time
  const past = ledger.gaps.filter(isPast)
  if (past.length > 0) ledger.gaps = ledger.gaps.filter(gap => !isPast(gap))
  return past
}

/** So many gaps are known of a symbol. */
const MAX_GAPS = 10_000

/** Takes out the oldest gaps where there are too many; their ids count as seen. */
export const writeOffOldest = (ledger: Ledger): readonly LedgerGap[] =>
  ledger.gaps.length > MAX_GAPS ? ledger.gaps.splice(0, ledger.gaps.length - MAX_GAPS * 0.9) : []

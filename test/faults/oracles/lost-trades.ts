import { isTrade, type Tick, type Trade } from '../../../src/market/records/feed/trade.ts'
import { epochOfPlace } from './in-one-order.ts'

/**
 * Ids next to each other that are missing in `raw_ticks`, and the times that they were printed between. Where they lie between two epochs,
 * `count` has those that were given up, and nobody knows whether there were more.
 */
export type Lost = { readonly count: number; readonly beforeTime: number; readonly afterTime: number }

/** What was told of an id: that all up to it was printed by a time, and all behind it since then. */
type Told = { readonly id: number; readonly by: number; readonly since: number }

/** Trades tell of both sides of theirs, and heartbeats of all up to the newest that they name; before a first trade, of nothing. */
const toldBy = (ticks: readonly Tick[], trades: readonly Trade[]): readonly Told[] => {
  let first = Number.POSITIVE_INFINITY
  const heartbeats = ticks.flatMap(tick => {
    if (isTrade(tick)) first = Math.min(first, Number(tick.id))
    return 'lastId' in tick && Number(tick.lastId) >= first
      ? [{ id: Number(tick.lastId), by: tick.time, since: tick.time }]
      : []
  })
  return [
    ...heartbeats,
    ...trades.flatMap(({ id, time }) => [
      { id: Number(id) - 1, by: time, since: 0 },
      { id: Number(id), by: Number.POSITIVE_INFINITY, since: time }
    ])
  ]
}

/** Where ids that were given up begin and end. */
const givenUpAt = (ticks: readonly Tick[]): readonly number[] =>
  ticks.flatMap(tick => ('toId' in tick ? [Number(tick.fromId) - 1, Number(tick.toId)] : []))

/** How many of `from..to` are ids of an epoch, when it is cut at `cuts`. */
const knownIn = (from: number, to: number, cuts: readonly number[]): number => {
  const inside = [...new Set(cuts)].filter(id => id >= from && id < to).sort((a, b) => a - b)
  const ends = [...inside, to]
  return ends.reduce((sum, end, n) => {
    const start = n === 0 ? from : ends[n - 1]! + 1
    return epochOfPlace(start) === epochOfPlace(end) ? sum + end - start + 1 : sum
  }, 0)
}

/** Everything that is missing between the first trade and the last id that was told of, cut where somebody told. */
export const lostOf = (ticks: readonly Tick[], trades: readonly Trade[]): readonly Lost[] => {
  const seen = new Set(trades.map(({ id }) => Number(id)))
  const first = Math.min(...seen)
  const told = Map.groupBy(toldBy(ticks, trades), ({ id }) => id)
  const ids = [...told.keys()].filter(id => id >= first).sort((a, b) => a - b)
  const cuts = givenUpAt(ticks)
  return ids.slice(1).flatMap((id, n) => {
    const before = ids[n]!
    const last = seen.has(id) ? id - 1 : id
    if (last === before) return []
    const count = knownIn(before + 1, last, cuts)
    const beforeTime = Math.max(...told.get(before)!.map(({ since }) => since))
    return [{ count, beforeTime, afterTime: Math.min(...told.get(id)!.map(({ by }) => by)) }]
  })
}

/** How many ids are missing in all runs that touch a window; null where none does. */
export const expectedMissing = (lost: readonly Lost[], openTime: number, closeTime: number): number | null => {
  const touching = lost
    .filter(({ beforeTime, afterTime }) => Math.min(beforeTime, afterTime) < closeTime)
    .filter(({ beforeTime, afterTime }) => Math.max(beforeTime, afterTime) >= openTime)
  return touching.length === 0 ? null : touching.reduce((sum, { count }) => sum + count, 0)
}

import { isTrade, type Tick, type Trade } from '../../../src/market/trade.ts'

/** Ids next to each other that are missing in `raw_ticks`, and the times that they were printed between. */
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

/** Everything that is missing between the first trade and the last id that was told of, cut where somebody told. */
export const lostOf = (ticks: readonly Tick[], trades: readonly Trade[]): readonly Lost[] => {
  const seen = new Set(trades.map(({ id }) => Number(id)))
  const first = Math.min(...seen)
  const told = Map.groupBy(toldBy(ticks, trades), ({ id }) => id)
  const ids = [...told.keys()].filter(id => id >= first).sort((a, b) => a - b)
  return ids.slice(1).flatMap((id, n) => {
    const before = ids[n]!
    const count = id - before - (seen.has(id) ? 1 : 0)
    if (count === 0) return []
    const beforeTime = Math.max(...told.get(before)!.map(({ since }) => since))
    return [{ count, beforeTime, afterTime: Math.min(...told.get(id)!.map(({ by }) => by)) }]
  })
}

/** How many ids are missing in all runs that touch a window. */
export const expectedMissing = (lost: readonly Lost[], openTime: number, closeTime: number): number =>
  lost
    .filter(({ beforeTime, afterTime }) => Math.min(beforeTime, afterTime) < closeTime)
    .filter(({ beforeTime, afterTime }) => Math.max(beforeTime, afterTime) >= openTime)
    .reduce((sum, { count }) => sum + count, 0)

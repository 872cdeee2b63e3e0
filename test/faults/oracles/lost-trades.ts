import { isTrade, type Tick, type Trade } from '../../../src/market/trade.ts'

/** A run of ids that is missing in `raw_ticks`, and the times that it lies between. */
export type Lost = { readonly count: number; readonly beforeTime: number; readonly afterTime: number }

/** Until when an id was known to be the newest, by the heartbeats before anything newer came. */
const provenUntil = (ticks: readonly Tick[]): ReadonlyMap<number, number> => {
  const proven = new Map<number, number>()
  let newest = -1
  for (const tick of ticks) {
    const id = isTrade(tick) ? Number(tick.id) : Number(tick.kind === 'heartbeat' ? tick.lastId : tick.toId)
    newest = Math.max(newest, id)
    if (id === newest) proven.set(id, Math.max(proven.get(id) ?? 0, tick.time))
  }
  return proven
}

/** Every run of missing ids. */
export const lostOf = (ticks: readonly Tick[], trades: readonly Trade[]): readonly Lost[] => {
  const proven = provenUntil(ticks)
  const inOrder = [...trades].sort((a, b) => Number(a.id) - Number(b.id))
  return inOrder.slice(1).flatMap((trade, n) => {
    const before = inOrder[n]!
    const count = Number(trade.id) - Number(before.id) - 1
    const beforeTime = Math.max(before.time, proven.get(Number(before.id)) ?? 0)
    return count === 0 ? [] : [{ count, beforeTime, afterTime: trade.time }]
  })
}

/** How many ids are missing in all runs that touch a window. */
export const expectedMissing = (lost: readonly Lost[], openTime: number, closeTime: number): number =>
  lost
    .filter(({ beforeTime, afterTime }) => Math.min(beforeTime, afterTime) < closeTime)
    .filter(({ beforeTime, afterTime }) => Math.max(beforeTime, afterTime) >= openTime)
    .reduce((sum, { count }) => sum + count, 0)

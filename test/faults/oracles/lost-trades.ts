import type { Trade } from '../../../src/market/trade.ts'

/** A run of ids that is missing between two trades of `raw_ticks`, and the times of these two. */
export type Lost = { readonly count: number; readonly beforeTime: number; readonly afterTime: number }

/** Every run of missing ids. */
export const lostOf = (trades: readonly Trade[]): readonly Lost[] => {
  const inOrder = [...trades].sort((a, b) => Number(a.id) - Number(b.id))
  return inOrder.slice(1).flatMap((trade, n) => {
    const before = inOrder[n]!
    const count = Number(trade.id) - Number(before.id) - 1
    return count === 0 ? [] : [{ count, beforeTime: before.time, afterTime: trade.time }]
  })
}

/** How many ids are missing in all runs that touch a window. */
export const expectedMissing = (lost: readonly Lost[], openTime: number, closeTime: number): number =>
  lost
    .filter(({ beforeTime, afterTime }) => beforeTime < closeTime && afterTime >= openTime)
    .reduce((sum, { count }) => sum + count, 0)

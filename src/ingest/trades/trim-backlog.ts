import { INTERVAL_MS, windowStart } from '../../market/interval.ts'
import { chainId, type Trade } from '../../market/records/feed/trade.ts'

const MINUTE_MS = INTERVAL_MS['1m']

/**
 * Of what history has before the first live trade: the minute of that trade and the one before it, and at least one trade
 * from before, which proves where the minute begins. A page of a quiet symbol reaches back for days: windows without a trade.
 */
export const trimBacklog = (older: readonly Trade[], first: Trade): readonly Trade[] => {
  const minute = windowStart(first.time, MINUTE_MS)
  const earlier = older.filter(trade => chainId(trade) < chainId(first))
  const proof = earlier.findLastIndex(({ time }) => time < minute)
  return earlier.filter(({ time }, i) => i >= proof || time >= minute - MINUTE_MS)
}

import type { Feed } from './feed.ts'

/**
 * Up to when a feed has trades or was said to be complete; 0 before either. What an earlier run said is not taken on where the exchange
 * has not come so far: that was never true.
 */
export const reachedTime = ({ newestTime, heartbeatTime, exchangeTime }: Feed): number =>
  Math.max(newestTime, exchangeTime.isFuture(heartbeatTime) ? 0 : heartbeatTime)

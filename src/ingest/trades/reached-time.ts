import type { Feed } from './feed.ts'

/**
 * Up to when a feed has trades or was vouched for; 0 before either. What an earlier run vouched for is not taken on where the exchange
 * has not come so far: that was never true.
 */
export const reachedTime = ({ newestTime, vouchedTime, exchangeTime }: Feed): number =>
  Math.max(newestTime, exchangeTime.isFuture(vouchedTime) ? 0 : vouchedTime)

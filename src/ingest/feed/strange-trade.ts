import { chainId, type Trade } from '../../market/records/feed/trade.ts'
import type { Feed, FeedProgress } from './feed.ts'

/** Trades are printed in the order of their ids; so much is left for clocks inside the exchange. */
export const NEWER_MS = 2_000
/** More trades than a stream leaves out. */
export const JUMP = 1_000_000

/** An id that was passed long ago, with a time that was not: the exchange has begun its ids anew, or the trade is wrong. */
export const isStrange = (feed: Feed, trade: Trade): boolean =>
  wasPassed(feed.newest, trade) || wasPassed(feed.newestBuffered, trade)

/** The same, seen from one trade of the chain. */
export const wasPassed = (by: FeedProgress, trade: Trade): boolean =>
  by.time > 0 && chainId(trade) <= by.id && trade.time > by.time + NEWER_MS

/** An id so far ahead of the stream that the exchange has moved its ids, or the trade is wrong. What a start has missed may be as many. */
export const isFarAhead = ({ mode, newest, newestBuffered }: Feed, trade: Trade): boolean => {
  const reached = mode === 'live' && newest.id > newestBuffered.id ? newest : newestBuffered
  return reached.time > 0 && chainId(trade) > reached.id + JUMP
}

const LOOK_AGAIN_MS = 500

/** Waits while it is not known whether the ids are those of the chain that the feed follows, or whether a message can be believed. */
export const whenSettled = async (feed: Feed): Promise<void> => {
  await feed.exchangeTime.whenDecided()
  while (feed.doubtedSince !== null) await feed.clock.sleep(LOOK_AGAIN_MS, feed.signal)
}

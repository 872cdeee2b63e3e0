import { expectUpTo, type IdRange, missingIn } from '../../market/id-ledger.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import { chainId, type Trade } from '../../market/records/feed/trade.ts'
import { spawn } from '../../runtime/spawn.ts'
import { type Feed, NOWHERE } from '../feed/feed.ts'
import { publishTrades } from '../feed/publish-trades.ts'
import { fillGap } from '../gaps/fill-gap.ts'
import { recordOpen } from '../gaps/gap-ledger.ts'

/** How far frames may come out of order: so long a jump of ids waits for what it has left out. */
const DISORDER_MS = 500
/** How many live trades are buffered while a feed catches up; older ones come from history instead. */
const MAX_BUFFERED = 5_000

/** Takes one trade of the live stream: publishes it at once, or buffers it until the feed has caught up. */
export const acceptTrade = (feed: Feed, trade: Trade): void => {
  feed.proven ||= isProof(feed)
  if (feed.mode === 'live' && feed.doubtedSince === null) publishLive(feed, [trade])
  else bufferTrade(feed, trade)
}

/**
 * Whatever has a higher id than a trade was sent after it, or not long before: of a connection that is older than that it would have
 * come over it. Just behind the opening a higher one may have been sent before there was anybody to send it to; just behind a lost frame,
 * that one may have been the higher one.
 */
const isProof = ({ connected, unsureAtMs, clock }: Feed): boolean =>
  connected && clock.monotonicMs() - unsureAtMs >= DISORDER_MS

/** Keeps a live trade until the feed has caught up, or it is known of which chain of ids it is. */
export const bufferTrade = (feed: Feed, trade: Trade): void => {
  const id = chainId(trade)
  if (feed.buffered.has(id)) return
  feed.buffered.set(id, trade)
  const { newestBuffered, doubtedSince } = feed
  // In doubt it may be of the next chain, which has come past this one.
  if (doubtedSince === null && id > newestBuffered.id)
    feed.newestBuffered = { id, time: Math.max(trade.time, newestBuffered.time) }
  const [oldest] = feed.buffered.keys()
  if (feed.buffered.size > MAX_BUFFERED && oldest !== undefined) feed.buffered.delete(oldest)
  feed.firstLive.resolve()
}

/** The lowest id buffered; null when none is. */
export const lowestBuffered = (feed: Feed): number | null => {
  let lowest: number | null = null
  for (const id of feed.buffered.keys()) if (lowest === null || id < lowest) lowest = id
  return lowest
}

/** Publishes what was buffered, in id order, and everything that comes from now on at once. */
export const goLive = (feed: Feed): void => {
  feed.mode = 'live'
  if (feed.doubtedSince === null) flushBuffered(feed)
}

/** Publishes what was buffered, in id order. */
export const flushBuffered = (feed: Feed): void => {
  const buffered = [...feed.buffered].sort(([a], [b]) => a - b).map(([, trade]) => trade)
  feed.buffered.clear()
  feed.newestBuffered = NOWHERE
  if (buffered.length > 0) publishLive(feed, buffered)
}

const publishLive = (feed: Feed, trades: readonly Trade[]): void => {
  const { cause } = feed
  feed.cause = 'skipped'
  watchGaps(feed, publishTrades(feed, trades), cause)
}

/** An id exists, and with it all up to it: those that are missing from then on, null where none is. */
export const expectIds = (feed: Feed, id: number): IdRange | null => {
  const gap = expectUpTo(feed.ledger, id)
  if (gap) feed.untimed = { id, atMs: feed.clock.monotonicMs() }
  return gap
}

/**
 * The stream has told of an id, though its trade cannot be used: what lies up to it exists, and is missing. An id that is further ahead than
 * a page of history may be as wrong as the rest of it.
 */
export const expectTrade = (feed: Feed, id: number): void => {
  const { ledger, history, mode, doubtedSince } = feed
  if (mode !== 'live' || doubtedSince !== null || ledger.max === null || id > ledger.max + history.pageSize) return
  const gap = expectIds(feed, id)
  if (gap) watchGaps(feed, [gap], feed.cause)
}

/** The exchange says which trade is its newest: whatever the stream has left out up to it is missing, and else nothing is. */
export const acceptNewest = (feed: Feed, id: number): void => {
  const isComplete = feed.mode === 'live' && feed.doubtedSince === null && feed.ledger.max === id
  if (isComplete) feed.proven ||= isProof(feed)
  else expectTrade(feed, id)
}

/** Gives gaps a moment to close by themselves, then records and fills what is still missing. */
export const watchGaps = (feed: Feed, ranges: readonly IdRange[], cause: Gap['cause']): void => {
  for (const range of ranges) spawn(afterWait(feed, range, cause), feed.signal, feed.log)
}

const afterWait = async (feed: Feed, range: IdRange, cause: Gap['cause']): Promise<void> => {
  const { epoch } = feed
  await feed.clock.sleep(DISORDER_MS, feed.signal)
  if (feed.epoch !== epoch) return
  await Promise.all(missingIn(feed.ledger, range).map(part => recordAndFill(feed, part, cause)))
}

/** Names a gap in `gaps`, then fills it from history. */
export const recordAndFill = async (feed: Feed, range: IdRange, cause: Gap['cause']): Promise<void> =>
  fillGap(feed, await recordOpen(feed, range, cause))

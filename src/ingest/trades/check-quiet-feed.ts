import { chainId, type Trade } from '../../market/records/feed/trade.ts'
import { backOffMs } from '../../runtime/back-off.ts'
import { spawn } from '../../runtime/spawn.ts'
import type { Feed } from '../feed/feed.ts'
import { isStrange, whenSettled } from '../feed/strange-trade.ts'
import { noteAnswer, noteFailure } from '../gaps/failing.ts'
import { expectIds, recordAndFill } from './accept-trade.ts'

/** How long a fresh connection may bring no trade of an instrument before history is asked whether one was missed. */
export const QUIET_MS = 1_000

/** A history without a single trade, or with none that tells. */
const RETRY = { firstMs: 500, mostMs: 10_000 }

/**
 * The newest id that one page of history shows beyond what is known; what is known when there is none. Asks until there is an answer, and
 * until history has a trade that tells: where it had some, and has none, the ids begin anew. null once `isEnough` says so.
 */
export const newestInHistory = async (feed: Feed, known: number, isEnough: () => boolean): Promise<number | null> => {
  const isOver = (error: unknown): boolean => {
    noteFailure(feed, error)
    return isEnough()
  }
  const ended = (): null => {
    feed.signal.throwIfAborted()
    return null
  }
  for (let tries = 0; ; tries++) {
    const page = await feed.history
      .trades(feed.instrument, feed.landmarks.startAt(known), feed.history.pageSize, undefined, isOver)
      .catch(ended)
    const newest = page?.length === 0 ? await feed.history.newest(feed.instrument, 1, isOver).catch(ended) : page
    if (page === null || newest === null) return null
    noteAnswer(feed)
    const [first] = newest
    // Our newest id is another trade there, or the newest trade has a lower one.
    if (first && isStrange(feed, first)) feed.suspect()
    if (first && isDecisive(feed, first)) return page.reduce((newest, trade) => Math.max(newest, chainId(trade)), known)
    if (isEnough()) return null
    await feed.clock.sleep(backOffMs(tries, RETRY, feed.random), feed.signal)
  }
}

/**
 * False for a low id that is newer than the newest, but not strange yet: the exchange may have begun anew just now, or history may trail the
 * stream, and the exchange's clocks be apart.
 */
const isDecisive = (feed: Feed, trade: Trade): boolean =>
  chainId(trade) > feed.newest.id || trade.time <= feed.newest.time || isStrange(feed, trade)

/** Proves a quiet feed whole after its connection was opened; a live trade proves it as well, and ends this. */
export const checkQuietFeed = async (feed: Feed): Promise<void> => {
  const { connection, history } = feed
  if (!history.isNumbered) return
  await feed.clock.sleep(QUIET_MS, feed.signal)
  const isDue = (): boolean => feed.connected && feed.connection === connection && feed.mode === 'live' && !feed.proven
  while (isDue() && feed.ledger.max !== null) {
    await whenSettled(feed)
    if (!isDue()) return
    const newest = await newestInHistory(feed, feed.ledger.max, () => !isDue())
    await whenSettled(feed)
    if (newest === null || !isDue()) return
    const gap = expectIds(feed, newest)
    if (gap) await recordAndFill(feed, gap, feed.cause)
    else feed.proven = true
  }
}

/** The stream of a live feed has been silent for long: fills what history has beyond it. True where that is anything. One attempt. */
export const settleSilence = async (feed: Feed): Promise<boolean> => {
  const { connection, ledger, history, landmarks } = feed
  const isDue = (): boolean => feed.connected && feed.connection === connection && feed.mode === 'live'
  if (!isDue() || feed.doubtedSince !== null || ledger.max === null) return false
  const page = await history.trades(feed.instrument, landmarks.startAt(ledger.max), history.pageSize, 1).catch(() => [])
  if (page.some(trade => isStrange(feed, trade))) feed.suspect()
  await whenSettled(feed)
  if (!isDue()) return false
  const newest = page.reduce((last, trade) => Math.max(last, chainId(trade)), -1)
  const gap = expectIds(feed, newest)
  if (gap) spawn(recordAndFill(feed, gap, feed.cause), feed.signal, feed.log)
  return gap !== null
}

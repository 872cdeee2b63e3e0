import type { Feed } from './feed.ts'
import { expectUpTo } from './ledger.ts'
import { recordAndFill } from './live.ts'

/** How long a fresh connection may bring no trade of an instrument before history is asked whether one was missed. */
export const QUIET_MS = 1_000

/** The newest id that one page of history shows beyond what is known; what is known when there is none. */
export const newestInHistory = async (feed: Feed, known: number): Promise<number> => {
  const page = await feed.history.trades(feed.of, known + 1, feed.history.pageSize)
  return page.reduce((newest, { id }) => Math.max(newest, Number(id)), known)
}

/** Proves a quiet feed whole after its connection was opened; a live trade proves it as well, and ends this. */
export const proveWhenQuiet = async (feed: Feed): Promise<void> => {
  const { connection } = feed
  await feed.clock.sleep(QUIET_MS, feed.signal)
  const isDue = (): boolean => feed.connected && feed.connection === connection && feed.mode === 'live' && !feed.proven
  while (isDue() && feed.ledger.max !== null) {
    const newest = await newestInHistory(feed, feed.ledger.max)
    if (!isDue()) return
    const hole = expectUpTo(feed.ledger, newest)
    if (hole) await recordAndFill(feed, hole, feed.cause)
    else feed.proven = true
  }
}

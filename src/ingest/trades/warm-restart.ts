import { spawn } from '../../runtime/spawn.ts'
import type { Feed, OpenGap } from '../feed/feed.ts'
import { whenSettled } from '../feed/strange-trade.ts'
import { joinsWithout } from '../gaps/failing.ts'
import { fillGap } from '../gaps/fill-gap.ts'
import { expectIds, goLive, lowestBuffered, recordAndFill } from './accept-trade.ts'
import { checkQuietFeed, newestInHistory, QUIET_MS } from './check-quiet-feed.ts'
import { saveCaughtUp } from './heartbeat.ts'

const LOOK_AGAIN_MS = 1_000

/** Waits for a walk through history. False where history has given nothing for so long that the walk goes on beside the live stream. */
const walk = async (feed: Feed, filling: Promise<void>): Promise<boolean> => {
  let ended = false
  const end = filling.then(() => {
    ended = true
  })
  while (!ended && !joinsWithout(feed)) await Promise.race([end, feed.clock.sleep(LOOK_AGAIN_MS, feed.signal)])
  if (!ended) spawn(end, feed.signal, feed.log)
  return ended
}

/**
 * Leads a feed from where an earlier run left it to the live stream: history in id order first, then the trades buffered meanwhile.
 * Where history refuses or does not answer, the live stream is joined without it, and the gap filled when it opens.
 * `ahead` are gaps that the earlier run named beyond its position; the walk fills them on its way.
 */
export const warmRestart = async (feed: Feed, ahead: readonly OpenGap[]): Promise<void> => {
  const { epoch } = feed
  await Promise.race([feed.firstLive.promise, feed.clock.sleep(QUIET_MS, feed.signal)])
  await feed.exchangeTime.whenDecided()
  // What was named is there, even if history does not show it yet.
  const named = Math.max(0, ...ahead.map(({ to }) => to))
  if (!(await walkToLive(feed, epoch, named))) return
  await saveCaughtUp(feed)
  // What the walk has named from the same id on is recorded by that one, which reaches as far at least.
  const isRecorded = ({ from }: OpenGap): boolean => feed.opened.has(from)
  for (const gap of ahead.filter(isRecorded)) feed.openGaps.delete(gap)
  await Promise.all(ahead.filter(gap => !isRecorded(gap)).map(gap => fillGap(feed, gap)))
}

/** Walks through history until it has no more, and goes live at once. False where the ids have begun anew meanwhile. */
const walkToLive = async (feed: Feed, epoch: number, named: number): Promise<boolean> => {
  for (;;) {
    const { connection, connected } = feed
    const known = feed.ledger.max ?? 0
    const first = lowestBuffered(feed)
    const newest = await newestAfter(feed, known, first)
    await whenSettled(feed)
    if (feed.epoch !== epoch) return false
    // What the stream has brought while history was asked is not missing.
    const behind = (lowestBuffered(feed) ?? Number.POSITIVE_INFINITY) - 1
    const gap = expectIds(feed, Math.max(Math.min(newest ?? known, behind), named))
    const walked = gap === null || (await walk(feed, recordAndFill(feed, gap, 'restart')))
    if (feed.epoch !== epoch) return false
    if (gap && walked && newest !== null) continue
    // A trade that was buffered may have come over an earlier connection: it says nothing about this one.
    const isProven = newest !== null && walked && first === null && connected && feed.connection === connection
    feed.proven ||= isProven
    goLive(feed)
    if (!feed.proven) spawn(checkQuietFeed(feed), feed.signal, feed.log)
    return true
  }
}

/**
 * The newest id before the first live trade; null where history gives nothing for long. Unless the live trade follows at once, history is
 * asked in any case, though not again where a live trade is there: it may have other trades under the ids that we know.
 */
const newestAfter = async (feed: Feed, known: number, first: number | null): Promise<number | null> => {
  if (first === known + 1) return known
  if (!feed.history.isNumbered) return first === null ? null : first - 1
  const newest = await newestInHistory(feed, known, () => first !== null || joinsWithout(feed))
  return first === null ? newest : first - 1
}

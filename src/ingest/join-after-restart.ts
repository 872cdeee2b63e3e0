import { background } from './background.ts'
import type { Feed, OpenGap } from './feed.ts'
import { fillGap } from './fill-gap.ts'
import { expectUpTo } from './ledger.ts'
import { goLive, lowestHeld, recordAndFill } from './live.ts'
import { newestInHistory, proveWhenQuiet, QUIET_MS } from './prove.ts'

/**
 * Leads a feed from where an earlier run left it to the live stream: history in id order first, then the trades held meanwhile.
 * `ahead` are holes that the earlier run named beyond its position; the walk fills them on its way.
 */
export const joinAfterRestart = async (feed: Feed, ahead: readonly OpenGap[]): Promise<void> => {
  await Promise.race([feed.firstLive.promise, feed.clock.sleep(QUIET_MS, feed.signal)])
  // What was named is there, even if history does not show it yet.
  const named = Math.max(0, ...ahead.map(({ to }) => to))
  for (;;) {
    const { connection, connected } = feed
    const known = feed.ledger.max ?? 0
    const first = lowestHeld(feed)
    const newest = first === null ? await newestInHistory(feed, known) : first - 1
    const hole = expectUpTo(feed.ledger, Math.max(newest, named))
    if (hole) await recordAndFill(feed, hole, 'restart')
    else {
      // A trade that was held may have come over an earlier connection: it says nothing about this one.
      if (first === null && connected && feed.connection === connection) feed.proven = true
      break
    }
  }
  goLive(feed)
  if (!feed.proven) background(proveWhenQuiet(feed), feed.signal, feed.log)
  await Promise.all(ahead.filter(gap => !feed.opened.has(gap.from)).map(gap => fillGap(feed, gap)))
}

import { createLedger } from '../../market/id-ledger.ts'
import { INTERVAL_MS, windowStart } from '../../market/interval.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import { background } from '../../runtime/spawn.ts'
import { worthTaking } from '../gaps/trim-backlog.ts'
import { proveWhenQuiet } from './check-quiet-feed.ts'
import type { Feed } from './feed.ts'
import { saveBeginning } from './heartbeat.ts'
import { goLive, lowestHeld, watchHoles } from './live.ts'
import { publishTrades } from './publish-trade.ts'
import { joinAfterRestart } from './warm-restart.ts'

const MOST_PAGES = 5
const ATTEMPTS = 2
const PATIENCE_MS = 5_000

/** Starts a feed that never ran: what history has of the current minute goes before the first live trades. */
export const joinCold = async (feed: Feed): Promise<void> => {
  await feed.firstLive.promise
  const older: Trade[] = []
  const asking = collectOlder(feed, older).catch(() =>
    feed.log.warn(feed.of, 'history does not give what came before the first trade; the first candles are partial')
  )
  await Promise.race([asking, feed.clock.sleep(PATIENCE_MS, feed.signal)])
  feed.signal.throwIfAborted()
  const first = feed.held.get(lowestHeld(feed) ?? -1)
  const before = first ? worthTaking(older, first) : []
  const oldest = before[0] ?? first
  const other = oldest ? await othersBeginning(feed, oldest) : null
  if (oldest && other !== null) return joinBehind(feed, other, oldest)
  const holes = publishTrades(feed, before)
  watchHoles(feed, holes, 'skipped')
  goLive(feed)
  if (!feed.proven) background(proveWhenQuiet(feed), feed.signal, feed.log)
}

/**
 * Says where this process begins, unless another has begun, and gives the lowest id that others have begun behind. Of two that start cold
 * at the same moment at least one sees the other, as each looks again once it has said where it begins.
 */
const othersBeginning = async (feed: Feed, oldest: Trade): Promise<number | null> => {
  const before = await beginnings(feed)
  if (before.length > 0) return Math.min(...before)
  const own = Number(oldest.id) - 1
  await saveBeginning(feed, own, oldest.time)
  const now = await beginnings(feed)
  if (now.length < 2) return null
  const lowest = Math.min(...now)
  if (lowest < own) await saveBeginning(feed, lowest, oldest.time)
  return lowest
}

const beginnings = (feed: Feed): Promise<readonly number[]> =>
  feed.beginnings(feed.of).catch(err => {
    feed.log.warn({ err, ...feed.of }, 'who else has begun cannot be read; going on alone')
    return []
  })

/** Takes on what the other has begun: it may end before it has named the holes of it. `oldest` was printed later than `lastId`. */
const joinBehind = async (feed: Feed, lastId: number, oldest: Trade): Promise<void> => {
  Object.assign(feed.ledger, createLedger(lastId))
  feed.newest = { id: lastId, time: oldest.time }
  feed.mode = 'catchingUp'
  feed.cause = 'restart'
  return joinAfterRestart(feed, [])
}

/** Puts pages of history before the first live trade into `older`, newest page first, until one reaches before its minute. */
const collectOlder = async (feed: Feed, older: Trade[]): Promise<void> => {
  const [firstTrade] = feed.held.values()
  if (!firstTrade) return
  const minute = windowStart(firstTrade.time, INTERVAL_MS['1m'])
  let before = Number(firstTrade.id)
  for (let pages = 0; pages < MOST_PAGES && before > 0; pages++) {
    const from = Math.max(0, before - feed.history.pageSize)
    const page = await feed.history.trades(feed.of, from, before - from, ATTEMPTS)
    const earlier = page.filter(({ id, time }) => Number(id) < before && !feed.exchangeTime.isFuture(time))
    older.unshift(...earlier)
    const [first] = earlier
    if (!first || first.time < minute || Number(first.id) > from) return
    before = Number(first.id)
  }
}

import { epochOf } from '../../market/epoch.ts'
import { createLedger } from '../../market/id-ledger.ts'
import { INTERVAL_MS, windowStart } from '../../market/interval.ts'
import type { Position } from '../../market/records/feed/position.ts'
import { chainId, type Trade } from '../../market/records/feed/trade.ts'
import { epochMs } from '../../market/time.ts'
import { spawn } from '../../runtime/spawn.ts'
import { type Feed, NOWHERE } from '../feed/feed.ts'
import { publishTrades } from '../feed/publish-trades.ts'
import { isStrange } from '../feed/strange-trade.ts'
import { goLive, lowestBuffered, watchGaps } from './accept-trade.ts'
import { checkQuietFeed } from './check-quiet-feed.ts'
import { saveFirstPosition } from './heartbeat.ts'
import { trimBacklog } from './trim-backlog.ts'
import { warmRestart } from './warm-restart.ts'

const MAX_PAGES = 5
const ATTEMPTS = 2
const PATIENCE_MS = 5_000

/** Starts a feed that never ran: what history has of the current minute goes before the first live trades. */
export const coldStart = async (feed: Feed): Promise<void> => {
  await feed.firstLive.promise
  const older: Trade[] = []
  const asking = collectOlder(feed, older).catch(() =>
    feed.log.warn(
      feed.instrument,
      'history does not give what came before the first trade; the first candles are partial'
    )
  )
  await Promise.race([asking, feed.clock.sleep(PATIENCE_MS, feed.signal)])
  feed.signal.throwIfAborted()
  const first = feed.buffered.get(lowestBuffered(feed) ?? -1)
  const before = first ? trimBacklog(older, first) : []
  const oldest = before[0] ?? first
  const others = oldest ? await othersPositions(feed, oldest) : []
  if (others.length > 0) return joinBehind(feed, others)
  const gaps = publishTrades(feed, before)
  watchGaps(feed, gaps, 'skipped')
  goLive(feed)
  if (!feed.proven) spawn(checkQuietFeed(feed), feed.signal, feed.log)
}

/**
 * Says where this process begins, unless another has begun, and gives the positions of the newest epoch that others are in: what was before
 * it they have given up. Of two that start cold at the same moment at least one sees the other, as each looks again once it has said where
 * it begins.
 */
const othersPositions = async (feed: Feed, oldest: Trade): Promise<readonly Position[]> => {
  const before = await savedPositions(feed)
  if (before.length > 0) return ofNewestEpoch(before)
  const own = chainId(oldest) - 1
  await saveFirstPosition(feed, own, oldest.time)
  const now = await savedPositions(feed)
  return now.length < 2 ? [] : ofNewestEpoch(now)
}

const ofNewestEpoch = (positions: readonly Position[]): readonly Position[] => {
  const newest = Math.max(...positions.map(epochOf))
  return positions.filter(position => epochOf(position) === newest)
}

/** What anybody has said of how far the instrument is followed; nothing where it cannot be read. */
export const savedPositions = (feed: Feed): Promise<readonly Position[]> =>
  feed.beginnings(feed.instrument).catch(err => {
    feed.log.warn({ err, ...feed.instrument }, 'who else follows it cannot be read; going on alone')
    return []
  })

/**
 * Adopts what others have begun, from the lowest id on: they may end before they have named the gaps of it. They may have come far beyond
 * what is buffered here; where that is in a later epoch, history has their trades, and what is buffered may be of an earlier one.
 */
const joinBehind = async (feed: Feed, positions: readonly Position[]): Promise<void> => {
  const [position] = positions.toSorted((a, b) => Number(a.lastId) - Number(b.lastId)) as [Position]
  const lastId = Number(position.lastId)
  const isLaterEpoch = epochOf(position) > feed.epoch
  if (isLaterEpoch) {
    feed.epoch = epochOf(position)
    feed.buffered.clear()
    feed.newestBuffered = NOWHERE
  }
  if (feed.saved && (isLaterEpoch || lastId < Number(feed.saved.lastId)))
    await saveFirstPosition(feed, lastId, position.time)
  feed.saved ??= position
  Object.assign(feed.ledger, createLedger(lastId))
  // All that they have published shows which ids are of their chain.
  feed.newest = {
    id: Math.max(...positions.map(position => Number(position.lastId))),
    time: Math.max(...positions.map(({ time }) => time))
  }
  feed.mode = 'catchingUp'
  feed.cause = 'restart'
  if ([...feed.buffered.values()].some(trade => isStrange(feed, trade))) feed.suspect()
  return warmRestart(feed, [])
}

/** Puts pages of history before the first live trade into `older`, newest page first, until one reaches before its minute. */
const collectOlder = async (feed: Feed, older: Trade[]): Promise<void> => {
  const [firstTrade] = feed.buffered.values()
  if (!firstTrade) return
  const minute = windowStart(firstTrade.time, INTERVAL_MS['1m'])
  let before = chainId(firstTrade)
  for (let pages = 0; pages < MAX_PAGES && before > 0; pages++) {
    const from = Math.max(0, before - feed.history.pageSize)
    const start = { id: from, notBefore: epochMs(minute - INTERVAL_MS['1m']) }
    const page = await feed.history.trades(feed.instrument, start, before - from, ATTEMPTS)
    const earlier = page.filter(trade => chainId(trade) < before && !feed.exchangeTime.isFuture(trade.time))
    if (earlier.some(trade => isStrange(feed, trade))) return feed.suspect()
    older.unshift(...earlier)
    const [first] = earlier
    if (!first || first.time < minute || chainId(first) > from) return
    before = chainId(first)
  }
}

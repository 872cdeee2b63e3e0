import { inEpoch } from '../../market/epoch.ts'
import { coversAll } from '../../market/id-ledger.ts'
import type { Position } from '../../market/records/feed/position.ts'
import { heartbeatOf } from '../../market/records/feed/trade.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { outgoing } from '../../stream/topic.ts'
import { ingestState, rawTicks } from '../../topics.ts'
import type { Feed } from '../feed/feed.ts'
import { reachedTime } from '../feed/reached-time.ts'
import { namedRanges } from '../gaps/gap-ledger.ts'

/** True when every gap is named in `gaps` and the broker has it. */
const isNamed = (feed: Feed): boolean => {
  if (feed.ledger.gaps.length === 0) return true
  const named = namedRanges(feed)
  return feed.ledger.gaps.every(gap => coversAll(named, gap))
}

/** True when nothing that the ledger has is missing, but for gaps that are named. */
const isComplete = (feed: Feed): boolean =>
  feed.mode === 'live' && feed.refused.size === 0 && feed.doubtedSince === null && isNamed(feed)

/** Left for a history that shows a trade sooner than any stream does. */
const HISTORY_AHEAD_MS = 1_000

/**
 * A trade that has not come, and none behind it, was printed before its id was known; nobody knows when. Until a connection is proven alive
 * for as long as that, a heartbeat with its id would say that it was printed earlier.
 */
const isTimed = ({ untimed, newest, exchangeTime }: Feed, provenTime: EpochMs): boolean =>
  untimed === null || newest.id >= untimed.id || provenTime >= exchangeTime.at(untimed.atMs + HISTORY_AHEAD_MS)

const isProvenComplete = (feed: Feed): boolean => feed.connected && feed.proven && isComplete(feed)

/**
 * Says in `raw_ticks` how far a feed is whole, and once the broker has that, in `ingest_state` where the next run goes on.
 * `provenTime` is the exchange's time up to which the connection is proven alive, less the grace; null when unknown.
 */
export const emitHeartbeat = async (feed: Feed, provenTime: EpochMs | null): Promise<void> => {
  const {
    ledger: { max },
    epoch
  } = feed
  if (provenTime === null || max === null || feed.beating || !isTimed(feed, provenTime) || !isProvenComplete(feed))
    return
  feed.beating = true
  const time = epochMs(Math.max(provenTime, reachedTime(feed)))
  // Only then it is known whether the broker takes every trade.
  await feed.sent
  if (feed.epoch === epoch && isProvenComplete(feed)) await publishHeartbeat(feed, String(max), time)
  feed.beating = false
}

const publishHeartbeat = async (feed: Feed, lastId: string, time: EpochMs): Promise<void> => {
  feed.heartbeatTime = time
  const { epoch } = feed
  const sign = heartbeatOf(feed.instrument, { time, lastId, receivedAt: feed.clock.now(), epoch })
  await feed.output.send([outgoing(rawTicks, sign)])
  if (feed.epoch === epoch) await savePosition(feed, lastId, time)
}

/** Says where the next run goes on: behind `lastId`, up to which the broker has every trade of the feed. */
const savePosition = (feed: Feed, lastId: string, time: EpochMs): Promise<void> => {
  feed.saved = { lastId, time }
  const position: Position = {
    exchange: feed.instrument.exchange,
    symbol: feed.instrument.symbol,
    lastId,
    time,
    ...(feed.doubtedSince !== null && { doubtedSince: feed.doubtedSince }),
    ...inEpoch(feed.epoch)
  }
  return feed.output.send([outgoing(ingestState, position)])
}

/**
 * The position of a feed that is about to publish its first trade: before it. However soon the process ends, the next run goes on there
 * and misses nothing of what this one has begun.
 */
export const saveFirstPosition = (feed: Feed, lastId: number, time: EpochMs): Promise<void> =>
  savePosition(feed, String(lastId), time)

/** The position to which history has led a feed. Heartbeats wait for the stream, which may be away for long. */
export const saveCaughtUp = async (feed: Feed): Promise<void> => {
  const { epoch, ledger, newestTime } = feed
  const { max } = ledger
  // What fills a gap meanwhile is not among what was sent until now.
  if (max === null || !isComplete(feed)) return
  await feed.sent
  if (feed.epoch !== epoch || !isComplete(feed) || max <= Number(feed.saved?.lastId)) return
  await savePosition(feed, String(max), epochMs(Math.max(feed.saved?.time ?? 0, newestTime)))
}

/** The position once more, as it stands: whether the ids are in doubt has changed, or has to be said again. */
export const repeatPosition = async (feed: Feed): Promise<void> => {
  if (feed.saved) await savePosition(feed, feed.saved.lastId, feed.saved.time)
}

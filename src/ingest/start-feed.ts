import { epochOf } from '../market/epoch.ts'
import { reopen } from '../market/id-ledger.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Gap } from '../market/records/feed/gap.ts'
import type { Position } from '../market/records/feed/position.ts'
import { spawn } from '../runtime/spawn.ts'
import { createFeed, type Feed, type FeedDeps, type OpenGap, type TradeFeed } from './feed/feed.ts'
import { isFarAhead, isStrange } from './feed/strange-trade.ts'
import { fillGap } from './gaps/fill-gap.ts'
import { recordGone } from './gaps/gap-ledger.ts'
import { acceptNewest, acceptTrade, expectTrade } from './trades/accept-trade.ts'
import { checkQuietFeed, settleSilence } from './trades/check-quiet-feed.ts'
import { coldStart } from './trades/cold-start.ts'
import { suspectIds, suspectTrade } from './trades/epochs/settle-epoch.ts'
import { emitHeartbeat } from './trades/heartbeat.ts'
import { warmRestart } from './trades/warm-restart.ts'

const adopted = (gap: Gap, position: Position | null): OpenGap => ({
  from: Number(gap.fromId),
  to: Number(gap.toId),
  cause: gap.cause,
  detectedAt: gap.detectedAt,
  epoch: epochOf(gap),
  until: position && Number(position.lastId) > Number(gap.toId) ? position.time : 0,
  acked: true
})

/** The id after which history is walked: the position, or the beginning of a gap that reaches beyond it. */
const resumeAfter = (position: Position, gaps: readonly OpenGap[]): number => {
  const lastId = Number(position.lastId)
  const straddling = gaps.filter(gap => gap.from <= lastId && gap.to > lastId).map(gap => gap.from - 1)
  return Math.min(lastId, ...straddling)
}

/** Starts the feed of one instrument from what an earlier run left: its position and the gaps still open. */
export const startFeed = (
  instrument: Instrument,
  position: Position | null,
  gaps: readonly Gap[],
  deps: FeedDeps
): Feed => {
  const epoch = position ? epochOf(position) : 0
  const known = gaps.map(gap => adopted(gap, position))
  const openGaps = known.filter(gap => gap.epoch === epoch)
  const after = position && resumeAfter(position, openGaps)
  const feed = createFeed(instrument, after, deps)
  feed.suspect = () => suspectIds(feed)
  feed.epoch = epoch
  feed.saved = position
  feed.heartbeatTime = position?.time ?? 0
  feed.newest = { id: feed.newest.id, time: feed.heartbeatTime }
  if (position) feed.landmarks.note(Number(position.lastId), position.time)
  const ahead = after === null ? [] : openGaps.filter(gap => gap.to > after)
  for (const gap of known.filter(gap => gap.epoch < epoch)) run(feed, recordGone(feed, gap))
  for (const gap of openGaps) feed.openGaps.add(gap)
  for (const gap of openGaps.filter(gap => !ahead.includes(gap))) {
    reopen(feed.ledger, gap)
    run(feed, fillGap(feed, gap))
  }
  run(feed, after === null ? coldStart(feed) : warmRestart(feed, ahead))
  return feed
}

const run = (feed: Feed, work: Promise<void>): void => spawn(work, feed.signal, feed.log)

/** What a connection does with a feed whose ids prove it whole. */
export const chainedTradeFeed = (feed: Feed): TradeFeed => ({
  instrument: feed.instrument,
  accept: (trade, deadLetter) => {
    if (isStrange(feed, trade) || isFarAhead(feed, trade)) suspectTrade(feed, { trade, deadLetter })
    else acceptTrade(feed, trade)
  },
  acceptNewest: id => acceptNewest(feed, Number(id)),
  connect: () => connectFeed(feed),
  disconnect: () => disconnectFeed(feed),
  doubt: tradeId => doubtFeed(feed, tradeId),
  settleSilence: () => settleSilence(feed),
  emitHeartbeat: time => emitHeartbeat(feed, time)
})

/** The instrument's stream flows again: only ids can tell whether something was missed meanwhile. */
const connectFeed = (feed: Feed): void => {
  feed.connected = true
  feed.unsureAtMs = feed.clock.monotonicMs()
  feed.connection += 1
  run(feed, checkQuietFeed(feed))
}

/**
 * A trade of the stream was lost on its way: nothing is said to be complete until the next one, or history, tells which. Where its frame said so
 * itself, that id exists, and is missing.
 */
const doubtFeed = (feed: Feed, tradeId: string | null): void => {
  feed.unsureAtMs = feed.clock.monotonicMs()
  if (tradeId !== null) expectTrade(feed, Number(tradeId))
  if (!feed.proven) return
  feed.proven = false
  run(feed, checkQuietFeed(feed))
}

/** The instrument's stream has ended: nothing is said to be complete until it is proven again. */
const disconnectFeed = (feed: Feed): void => {
  feed.connected = false
  feed.connection += 1
  feed.proven = false
  if (feed.mode === 'live') feed.cause = 'disconnect'
}

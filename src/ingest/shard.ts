import type { Exchange, Frame } from '../exchange/exchange.ts'
import { type Instrument, instrumentKey } from '../market/instrument.ts'
import { type EpochMs, epochMs } from '../market/time.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/log.ts'
import { metrics } from '../runtime/metrics.ts'
import { outgoing } from '../stream/topic.ts'
import { deadLetters } from '../topics.ts'
import { background } from './background.ts'
import type { Connection } from './connection.ts'
import { deadFrame } from './dead-frame.ts'
import { createExchangeClock, type ExchangeClock } from './exchange-clock.ts'
import type { Feed } from './feed.ts'
import { beat } from './heartbeat.ts'
import type { Link } from './link.ts'
import { acceptTrade } from './live.ts'
import type { Outlet } from './outlet.ts'
import { connectFeed, disconnectFeed } from './start-feed.ts'

/** The feeds that share one connection, and its idea of the exchange's clock. */
export type Shard = {
  readonly exchange: Exchange
  readonly feeds: ReadonlyMap<string, Feed>
  readonly byStream: ReadonlyMap<string, Instrument>
  readonly exchangeClock: ExchangeClock
  readonly clock: Clock
  readonly outlet: Outlet
  readonly log: Logger
  readonly signal: AbortSignal
  /** Set once the connection exists. */
  connection: Connection | null
  paused: boolean
}

/** Sockets rest while more than this waits for the broker, and go on below half of it. */
const MOST_WAITING = { bytes: 96 * 1024 * 1024, records: 200_000 }
const LOOK_AGAIN_MS = 50

export const createShard = (
  feeds: readonly Feed[],
  parts: Omit<Shard, 'feeds' | 'byStream' | 'exchangeClock' | 'connection' | 'paused'>
): Shard => ({
  ...parts,
  feeds: new Map(feeds.map(feed => [feed.of.symbol, feed])),
  byStream: new Map(feeds.map(feed => [parts.exchange.tradeStream(feed.of), feed.of])),
  exchangeClock: createExchangeClock(),
  connection: null,
  paused: false
})

export const connectShard = (shard: Shard): void => {
  for (const feed of shard.feeds.values()) connectFeed(feed)
}

export const disconnectShard = (shard: Shard): void => {
  for (const feed of shard.feeds.values()) disconnectFeed(feed)
}

/** Takes one frame to where it belongs. */
export const receiveFrame = (shard: Shard, link: Link, bytes: Buffer, isBinary: boolean): void => {
  if (shard.signal.aborted) return
  const receivedAt = shard.clock.now()
  const frame: Frame = isBinary
    ? { kind: 'unreadable', reason: 'undecodable', detail: 'a binary frame', stream: '' }
    : shard.exchange.decode(bytes.toString('utf8'), shard.byStream, receivedAt)
  if (frame.kind === 'trade') receiveTrade(shard, frame, receivedAt)
  else if (frame.kind === 'shutdown') link.relieve()
  else if (frame.kind === 'reply') receiveReply(shard, link, frame)
  else buryFrame(shard, frame, bytes, receivedAt)
  limitBacklog(shard)
}

const receiveTrade = (shard: Shard, frame: Extract<Frame, { kind: 'trade' }>, receivedAt: EpochMs): void => {
  shard.exchangeClock.note(frame.time, shard.clock.monotonicMs())
  metrics.eventLag.observe({ stage: 'ingest' }, Math.max(0, receivedAt - frame.trade.time) / 1_000)
  const feed = shard.feeds.get(frame.trade.symbol)
  if (feed) acceptTrade(feed, frame.trade)
}

const receiveReply = (shard: Shard, link: Link, { id, error }: Extract<Frame, { kind: 'reply' }>): void => {
  if (error !== null) shard.log.error({ id, error }, 'the exchange refuses to subscribe; check SYMBOLS')
  link.onReply(id, error)
}

const buryFrame = (
  shard: Shard,
  why: Extract<Frame, { kind: 'unreadable' }>,
  bytes: Buffer,
  receivedAt: EpochMs
): void => {
  metrics.deadLetters.inc({ stage: 'ingest', reason: why.reason })
  const letter = deadFrame({ exchange: shard.exchange.id, stream: why.stream }, why, bytes, receivedAt)
  shard.outlet.send([outgoing(deadLetters, letter)]).catch(() => undefined)
}

/** While the broker is behind, the exchange has to wait: memory stays bounded. */
const limitBacklog = (shard: Shard): void => {
  const { bytes, records } = shard.outlet.backlog()
  if (shard.paused || (bytes < MOST_WAITING.bytes && records < MOST_WAITING.records)) return
  shard.paused = true
  shard.connection?.setPaused(true)
  shard.log.warn({ bytes, records }, 'Kafka is behind; the sockets rest until it has caught up')
  background(resumeWhenRelieved(shard), shard.signal, shard.log)
}

const resumeWhenRelieved = async (shard: Shard): Promise<void> => {
  const isBehind = (): boolean => {
    const { bytes, records } = shard.outlet.backlog()
    return bytes > MOST_WAITING.bytes / 2 || records > MOST_WAITING.records / 2
  }
  while (isBehind()) await shard.clock.sleep(LOOK_AGAIN_MS, shard.signal)
  shard.paused = false
  shard.connection?.setPaused(false)
}

/** Lets every feed say how far it is whole. */
export const beatShard = (shard: Shard, graceMs: number): void => {
  const provenAtMs = shard.connection?.provenAtMs() ?? null
  const time = provenAtMs === null ? null : shard.exchangeClock.at(provenAtMs)
  if (time === null) return
  for (const feed of shard.feeds.values()) {
    background(beat(feed, epochMs(time - graceMs)), shard.signal, shard.log)
  }
}

/** Instruments in portions that one connection can carry. */
export const portions = (instruments: readonly Instrument[], most: number): readonly (readonly Instrument[])[] => {
  const known = [...new Map(instruments.map(of => [instrumentKey(of), of])).values()]
  return Array.from({ length: Math.ceil(known.length / most) }, (_, i) => known.slice(i * most, (i + 1) * most))
}

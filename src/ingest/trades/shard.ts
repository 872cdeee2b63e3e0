import type { MarketEvent } from '../../exchange/exchange.ts'
import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import { epochMs } from '../../market/time.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { spawn } from '../../runtime/spawn.ts'
import { suspectTrade } from '../epochs/settle-epoch.ts'
import { type Arrival, type FrameReader, limitBacklog, readFrame, rejectFrame } from '../frames/frame-reader.ts'
import { isFarAhead, isStrange } from '../frames/strange-trade.ts'
import type { SocketSession } from '../transport/socket-session.ts'
import { createExchangeClock, type ExchangeClock } from './exchange-clock.ts'
import type { Feed } from './feed.ts'
import { emitHeartbeat } from './heartbeat.ts'
import { acceptNewest, acceptTrade } from './live.ts'
import { connectFeed, disconnectFeed, doubtFeed } from './start-feed.ts'

/** The feeds that share one connection, and its idea of the exchange's clock. */
export type Shard = FrameReader & {
  readonly feeds: ReadonlyMap<string, Feed>
  readonly exchangeClock: ExchangeClock
}

export const createShard = (
  feeds: readonly Feed[],
  parts: Omit<Shard, 'feeds' | 'byStream' | 'exchangeClock' | 'onClock' | 'connection' | 'paused'>
): Shard => {
  const exchangeClock = createExchangeClock()
  return {
    ...parts,
    feeds: new Map(feeds.map(feed => [feed.of.symbol, feed])),
    byStream: new Map(feeds.map(feed => [parts.exchange.tradeStream(feed.of), feed.of])),
    exchangeClock,
    onClock: time => exchangeClock.noteAnswer(time, parts.clock.monotonicMs()),
    connection: null,
    paused: false
  }
}

export const connectShard = (shard: Shard): void => {
  for (const feed of shard.feeds.values()) connectFeed(feed)
}

export const disconnectShard = (shard: Shard): void => {
  for (const feed of shard.feeds.values()) disconnectFeed(feed)
}

/** Takes one frame to where it belongs. */
export const receiveFrame = (
  shard: Shard,
  link: SocketSession,
  bytes: Buffer,
  isBinary: boolean,
  hasWaited: boolean = false
): void => {
  if (shard.signal.aborted) return
  const again = (): void => receiveFrame(shard, link, bytes, isBinary, true)
  const arrival = {
    bytes,
    isBinary,
    again,
    onLost: (stream: string, tradeId: string | null) => doubtStream(shard, stream, tradeId)
  }
  for (const event of readFrame(shard, link, arrival)) {
    if (event.kind === 'newest') receiveNewest(shard, event)
    if (event.kind !== 'trade') continue
    receiveTrade(shard, event, arrival)
    // It may have come over an earlier connection, or just behind the opening of this one: it proves nothing.
    if (hasWaited) doubtStream(shard, shard.exchange.tradeStream(event.trade), null)
  }
  limitBacklog(shard)
}

/** Its feed may lack an id that nobody has seen, as behind a frame that cannot be used. */
const doubtStream = ({ byStream, feeds }: Shard, stream: string, tradeId: string | null): void => {
  const of = byStream.get(stream)
  const feed = of && feeds.get(of.symbol)
  if (feed) doubtFeed(feed, tradeId)
}

const receiveNewest = (shard: Shard, { instrument, lastId, time }: Extract<MarketEvent, { kind: 'newest' }>): void => {
  shard.exchangeClock.note(time, shard.clock.monotonicMs())
  const feed = shard.feeds.get(instrument.symbol)
  if (feed) acceptNewest(feed, Number(lastId))
}

const receiveTrade = (shard: Shard, event: Extract<MarketEvent, { kind: 'trade' }>, arrival: Arrival): void => {
  const { time, trade } = event
  if (time !== null) shard.exchangeClock.note(time, shard.clock.monotonicMs())
  metrics.eventLag.observe({ stage: 'ingest' }, Math.max(0, trade.receivedAt - trade.time) / 1_000)
  const feed = shard.feeds.get(trade.symbol)
  if (feed && (isStrange(feed, trade) || isFarAhead(feed, trade)))
    suspectTrade(feed, { trade, bury: () => buryTrade(shard, trade, arrival) })
  else if (feed) acceptTrade(feed, trade)
}

const buryTrade = (shard: Shard, trade: Trade, arrival: Arrival): void => {
  const detail = `trade ${trade.id} of ${trade.time} is none of the exchange's: its ids are as they were`
  const stream = shard.exchange.tradeStream(trade)
  rejectFrame(shard, { reason: 'odd-id', detail, stream }, arrival, trade.receivedAt)
}

/** Lets every feed say how far it is whole. */
export const beatShard = (shard: Shard, graceMs: number): void => {
  const provenAtMs = shard.connection?.provenAtMs() ?? null
  const time = provenAtMs === null ? null : shard.exchangeClock.at(provenAtMs)
  if (time === null) return
  for (const feed of shard.feeds.values()) {
    spawn(emitHeartbeat(feed, epochMs(time - graceMs)), shard.signal, shard.log)
  }
}

/** Instruments in portions that one connection can carry: so many, and those of one route. */
export const chunks = (
  instruments: readonly Instrument[],
  routeOf: (of: Instrument) => string,
  most: number
): readonly (readonly Instrument[])[] => {
  const known = [...new Map(instruments.map(of => [instrumentKey(of), of])).values()]
  return [...Map.groupBy(known, routeOf).values()].flatMap(some =>
    Array.from({ length: Math.ceil(some.length / most) }, (_, i) => some.slice(i * most, (i + 1) * most))
  )
}

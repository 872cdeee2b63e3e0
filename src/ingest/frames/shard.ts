import type { MarketEvent } from '../../exchange/exchange.ts'
import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import { epochMs } from '../../market/time.ts'
import type { Health } from '../../runtime/observe/health.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { spawn } from '../../runtime/spawn.ts'
import type { TradeFeed } from '../feed/feed.ts'
import type { SocketSession } from '../transport/socket-session.ts'
import { createExchangeClock, type ExchangeClock } from './exchange-clock.ts'
import { type Arrival, applyBackpressure, type FrameReader, readFrame, rejectFrame } from './frame-reader.ts'
import { createSilenceWatch, type SilenceWatch } from './silence-watch.ts'

/** The feeds that share one connection, and its idea of the exchange's clock. */
export type Shard = FrameReader & {
  readonly feeds: ReadonlyMap<string, TradeFeed>
  readonly exchangeClock: ExchangeClock
  readonly silence: SilenceWatch
  readonly health: Health
  /** A stream has fallen silent, and history has nothing newer: the exchange may have stopped trading in an instrument. */
  readonly onQuiet: () => void
}

export const createShard = (
  feeds: readonly TradeFeed[],
  parts: Omit<Shard, 'feeds' | 'byStream' | 'exchangeClock' | 'onClock' | 'silence' | 'connection' | 'paused'>
): Shard => {
  const exchangeClock = createExchangeClock()
  return {
    ...parts,
    feeds: new Map(feeds.map(feed => [feed.instrument.symbol, feed])),
    byStream: new Map(feeds.map(({ instrument }) => [parts.exchange.tradeStream(instrument), instrument])),
    exchangeClock,
    silence: createSilenceWatch(feeds.map(({ instrument }) => instrument.symbol)),
    onClock: time => exchangeClock.noteAnswer(time, parts.clock.monotonicMs()),
    connection: null,
    paused: false
  }
}

export const connectShard = (shard: Shard): void => {
  shard.silence.open(shard.clock.monotonicMs())
  for (const feed of shard.feeds.values()) feed.connect()
}

export const disconnectShard = (shard: Shard): void => {
  for (const feed of shard.feeds.values()) feed.disconnect()
}

/** Takes one frame to where it belongs. */
export const receiveFrame = (
  shard: Shard,
  session: SocketSession,
  bytes: Buffer,
  isBinary: boolean,
  hasWaited: boolean = false
): void => {
  if (shard.signal.aborted) return
  const again = (): void => receiveFrame(shard, session, bytes, isBinary, true)
  const arrival = {
    bytes,
    isBinary,
    again,
    onRejected: (stream: string, tradeId: string | null) => doubtStream(shard, stream, tradeId)
  }
  for (const event of readFrame(shard, session, arrival)) {
    if (event.kind === 'newest') receiveNewest(shard, event)
    if (event.kind !== 'trade') continue
    receiveTrade(shard, event, arrival)
    // It may have come over an earlier connection, or just behind the opening of this one: it proves nothing.
    if (hasWaited) doubtStream(shard, shard.exchange.tradeStream(event.trade), null)
  }
  applyBackpressure(shard)
}

/** Its feed may lack an id that nobody has seen, as behind a frame that cannot be used. */
const doubtStream = ({ byStream, feeds }: Shard, stream: string, tradeId: string | null): void => {
  const instrument = byStream.get(stream)
  const feed = instrument && feeds.get(instrument.symbol)
  if (feed) feed.doubt(tradeId)
}

const receiveNewest = (shard: Shard, { instrument, lastId, time }: Extract<MarketEvent, { kind: 'newest' }>): void => {
  shard.exchangeClock.note(time, shard.clock.monotonicMs())
  shard.feeds.get(instrument.symbol)?.acceptNewest(lastId)
}

const receiveTrade = (shard: Shard, event: Extract<MarketEvent, { kind: 'trade' }>, arrival: Arrival): void => {
  const { time, trade } = event
  if (time !== null) shard.exchangeClock.note(time, shard.clock.monotonicMs())
  metrics.eventLag.observe({ stage: 'ingest' }, Math.max(0, trade.receivedAt - trade.time) / 1_000)
  shard.silence.note(trade.symbol, shard.clock.monotonicMs())
  shard.feeds.get(trade.symbol)?.accept(trade, why => deadLetterTrade(shard, trade, arrival, why))
}

const deadLetterTrade = (
  shard: Shard,
  trade: Trade,
  arrival: Arrival,
  why: string = "is none of the exchange's: its ids are as they were"
): void => {
  const detail = `trade ${trade.id} of ${trade.time} ${why}`
  const stream = shard.exchange.tradeStream(trade)
  rejectFrame(shard, { reason: 'odd-id', detail, stream }, arrival, trade.receivedAt)
}

/** Lets every feed say how far it is whole. */
export const emitHeartbeats = (shard: Shard, graceMs: number): void => {
  const provenAtMs = shard.connection?.provenAtMs() ?? null
  const time = provenAtMs === null ? null : shard.exchangeClock.at(provenAtMs)
  if (time === null) return
  for (const feed of shard.feeds.values()) {
    spawn(feed.emitHeartbeat(epochMs(time - graceMs)), shard.signal, shard.log)
  }
}

/**
 * Looks after streams that are subscribed and bring nothing for many times their usual interval: where history has trades that they left
 * out, those are filled, and another connection takes over.
 */
export const watchSilence = (shard: Shard): void => {
  if (shard.connection?.provenAtMs() == null || shard.paused) return
  for (const symbol of shard.silence.due(shard.clock.monotonicMs())) {
    const feed = shard.feeds.get(symbol)
    if (feed) spawn(settleSilence(shard, feed), shard.signal, shard.log)
  }
}

const settleSilence = async (shard: Shard, feed: TradeFeed): Promise<void> => {
  const { exchange, health, log, clock } = shard
  const part = `stream of ${instrumentKey(feed.instrument)}`
  if (!(await feed.settleSilence())) {
    if (shard.silence.hasTraded(feed.instrument.symbol)) shard.onQuiet()
    return health.note(part, null)
  }
  metrics.silentStreams.inc({ exchange: exchange.id })
  health.note(
    part,
    `subscribed, and brought nothing though trades were printed, at ${new Date(clock.now()).toISOString()}`
  )
  log.warn(
    feed.instrument,
    'a stream is silent though trades are printed; they come from history, and another connection takes over'
  )
  shard.connection?.renew()
}

/** Instruments in portions that one connection can carry: so many, and those of one route. */
export const chunks = (
  instruments: readonly Instrument[],
  routeOf: (instrument: Instrument) => string,
  most: number
): readonly (readonly Instrument[])[] => {
  const unique = [...new Map(instruments.map(instrument => [instrumentKey(instrument), instrument])).values()]
  return [...Map.groupBy(unique, routeOf).values()].flatMap(some =>
    Array.from({ length: Math.ceil(some.length / most) }, (_, i) => some.slice(i * most, (i + 1) * most))
  )
}

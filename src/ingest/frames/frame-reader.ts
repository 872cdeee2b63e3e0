import type { Exchange, ExchangeEvent, MarketEvent, ReplyEvent } from '../../exchange/exchange.ts'
import type { Instrument } from '../../market/instrument.ts'
import { chainNumber } from '../../market/records/feed/trade.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { spawn } from '../../runtime/spawn.ts'
import { deadLetterOf } from '../../stream/dead-letter-of.ts'
import type { Rejection } from '../../stream/processor.ts'
import { outgoing } from '../../stream/topic.ts'
import { deadLetters } from '../../topics.ts'
import type { Connection } from '../transport/connection.ts'
import type { ExchangeTime } from '../transport/exchange-time.ts'
import type { Output } from '../transport/output.ts'
import type { SocketSession } from '../transport/socket-session.ts'
import { oddTime } from './odd-time.ts'

/** What the frames of one connection go through, whatever they carry. */
export type FrameReader = {
  readonly exchange: Exchange
  readonly byStream: ReadonlyMap<string, Instrument>
  readonly clock: Clock
  readonly exchangeTime: ExchangeTime
  readonly output: Output
  readonly log: Logger
  readonly signal: AbortSignal
  /** Told of the exchange's clock where a message says nothing else. */
  readonly onClock?: (time: EpochMs) => void
  /** Set once the connection exists. */
  connection: Connection | null
  paused: boolean
}

/** A frame as it came, and what to do with it when it could not be believed at first and can now, or cannot be used at all. */
export type Arrival = {
  readonly bytes: Buffer
  readonly isBinary: boolean
  readonly again: () => void
  /** Told of the stream of a frame that goes to dead letters, empty where not even that can be read, and which trade it had, if that can. */
  readonly onRejected: (stream: string, tradeId: string | null) => void
}

/** Sockets are paused while more than this waits for the broker, and resumed below half of it. */
const MAX_WAITING = { bytes: 96 * 1024 * 1024, records: 200_000 }
const LOOK_AGAIN_MS = 50

const BINARY: readonly ExchangeEvent[] = [
  { kind: 'unreadable', reason: 'undecodable', detail: 'a binary frame', stream: '' }
]

/** Decodes one frame. Handles whatever is no market data or has impossible times, and returns the rest. */
export const readFrame = (reader: FrameReader, session: SocketSession, arrival: Arrival): readonly MarketEvent[] => {
  const { bytes, isBinary } = arrival
  const receivedAt = reader.clock.now()
  const events = isBinary ? BINARY : reader.exchange.decode(bytes.toString('utf8'), reader.byStream, receivedAt)
  const market = events.filter(event => isMarket(reader, session, event, arrival, receivedAt))
  return market.length === 0 ? market : believed(reader, market, arrival, receivedAt)
}

/** True for market data; anything else is seen to here. */
const isMarket = (
  reader: FrameReader,
  session: SocketSession,
  event: ExchangeEvent,
  arrival: Arrival,
  receivedAt: EpochMs
): event is MarketEvent => {
  switch (event.kind) {
    case 'shutdown':
      session.requestHandover()
      return false
    case 'reply':
      receiveReply(reader, session, event)
      return false
    case 'alive':
      if (event.time !== undefined) reader.onClock?.(event.time)
      return false
    case 'challenge':
      session.socket.send(event.answer)
      return false
    case 'unreadable':
      if (event.reason === 'future-time') reader.exchangeTime.noteUnreached()
      rejectFrame(reader, event, arrival, receivedAt)
      return false
    default:
      return true
  }
}

/** What of a message's events can be true by their times; none when the message has to wait for that, or goes to dead letters. */
const believed = (
  reader: FrameReader,
  events: readonly MarketEvent[],
  arrival: Arrival,
  receivedAt: EpochMs
): readonly MarketEvent[] => {
  const rejectEvent = (event: MarketEvent, why: Rejection): void =>
    rejectFrame(reader, { ...why, stream: streamOf(reader.exchange, event) }, arrival, receivedAt, tradeIdOf(event))
  const reject = (detail: string): void => {
    for (const event of events) rejectEvent(event, { reason: 'future-time', detail })
  }
  const times = events.flatMap(({ time }) => time ?? [])
  const time = epochMs(Math.max(0, ...times))
  if (times.length > 0 && !reader.exchangeTime.admit({ time, again: arrival.again, reject })) return []
  return events.filter(event => {
    const odd = oddTime(event, reader.exchangeTime)
    if (odd) rejectEvent(event, odd)
    return odd === null
  })
}

const tradeIdOf = (event: MarketEvent): string | null => (event.kind === 'trade' ? chainNumber(event.trade) : null)

const streamOf = (exchange: Exchange, event: MarketEvent): string => {
  switch (event.kind) {
    case 'trade':
      return exchange.tradeStream(event.trade)
    case 'newest':
      return exchange.tradeStream(event.instrument)
    case 'ticker':
      return exchange.tickerStream?.(event.ticker) ?? ''
    case 'kline':
      return exchange.klines.stream?.(event.kline) ?? ''
    case 'depth':
    case 'book':
      return exchange.book?.stream(event.instrument) ?? ''
  }
}

const receiveReply = (reader: FrameReader, session: SocketSession, reply: ReplyEvent): void => {
  const { id, error, streams, time } = reply
  if (error !== null) reader.log.error({ id, error, streams }, 'the exchange refuses to subscribe; check SYMBOLS')
  if (time !== undefined) reader.onClock?.(time)
  session.onReply(reply)
}

export const rejectFrame = (
  reader: FrameReader,
  why: Rejection & { readonly stream: string },
  arrival: Arrival,
  receivedAt: EpochMs,
  tradeId: string | null = null
): void => {
  const { reason, detail, stream } = why
  metrics.deadLetters.inc({ stage: 'ingest', reason })
  const origin = { exchange: reader.exchange.id, stream }
  const letter = deadLetterOf({ stage: 'ingest', reason, detail, origin, receivedAt }, arrival.bytes)
  reader.output.send([outgoing(deadLetters, letter)]).catch(() => undefined)
  arrival.onRejected(stream, tradeId)
}

/** While the broker is behind, the exchange has to wait: memory stays bounded. */
export const applyBackpressure = (reader: FrameReader): void => {
  const { bytes, records } = reader.output.backlog()
  if (reader.paused || (bytes < MAX_WAITING.bytes && records < MAX_WAITING.records)) return
  reader.paused = true
  reader.connection?.setPaused(true)
  reader.log.warn({ bytes, records }, 'Kafka is behind; the sockets rest until it has caught up')
  spawn(resumeWhenCaughtUp(reader), reader.signal, reader.log)
}

const resumeWhenCaughtUp = async (reader: FrameReader): Promise<void> => {
  const isBehind = (): boolean => {
    const { bytes, records } = reader.output.backlog()
    return bytes > MAX_WAITING.bytes / 2 || records > MAX_WAITING.records / 2
  }
  while (isBehind()) await reader.clock.sleep(LOOK_AGAIN_MS, reader.signal)
  reader.paused = false
  reader.connection?.setPaused(false)
}

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

/** Sockets rest while more than this waits for the broker, and go on below half of it. */
const MAX_WAITING = { bytes: 96 * 1024 * 1024, records: 200_000 }
const LOOK_AGAIN_MS = 50

const BINARY: readonly ExchangeEvent[] = [
  { kind: 'unreadable', reason: 'undecodable', detail: 'a binary frame', stream: '' }
]

/** Decodes one frame and sees to all that is no market data, or none that can be believed; gives the rest. */
export const readFrame = (intake: FrameReader, link: SocketSession, arrival: Arrival): readonly MarketEvent[] => {
  const { bytes, isBinary } = arrival
  const receivedAt = intake.clock.now()
  const events = isBinary ? BINARY : intake.exchange.decode(bytes.toString('utf8'), intake.byStream, receivedAt)
  const market = events.filter(event => isMarket(intake, link, event, arrival, receivedAt))
  return market.length === 0 ? market : believed(intake, market, arrival, receivedAt)
}

/** True for market data; anything else is seen to here. */
const isMarket = (
  intake: FrameReader,
  link: SocketSession,
  event: ExchangeEvent,
  arrival: Arrival,
  receivedAt: EpochMs
): event is MarketEvent => {
  switch (event.kind) {
    case 'shutdown':
      link.relieve()
      return false
    case 'reply':
      receiveReply(intake, link, event)
      return false
    case 'alive':
      if (event.time !== undefined) intake.onClock?.(event.time)
      return false
    case 'challenge':
      link.socket.send(event.answer)
      return false
    case 'unreadable':
      if (event.reason === 'future-time') intake.exchangeTime.noteUnreached()
      rejectFrame(intake, event, arrival, receivedAt)
      return false
    default:
      return true
  }
}

/** What of a message's events can be true by their times; none when the message has to wait for that, or goes to dead letters. */
const believed = (
  intake: FrameReader,
  events: readonly MarketEvent[],
  arrival: Arrival,
  receivedAt: EpochMs
): readonly MarketEvent[] => {
  const rejectEvent = (event: MarketEvent, why: Rejection): void =>
    rejectFrame(intake, { ...why, stream: streamOf(intake.exchange, event) }, arrival, receivedAt, tradeIdOf(event))
  const reject = (detail: string): void => {
    for (const event of events) rejectEvent(event, { reason: 'future-time', detail })
  }
  const times = events.flatMap(({ time }) => time ?? [])
  const time = epochMs(Math.max(0, ...times))
  if (times.length > 0 && !intake.exchangeTime.admit({ time, again: arrival.again, reject })) return []
  return events.filter(event => {
    const odd = oddTime(event, intake.exchangeTime)
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

const receiveReply = (intake: FrameReader, link: SocketSession, reply: ReplyEvent): void => {
  const { id, error, streams, time } = reply
  if (error !== null) intake.log.error({ id, error, streams }, 'the exchange refuses to subscribe; check SYMBOLS')
  if (time !== undefined) intake.onClock?.(time)
  link.onReply(reply)
}

export const rejectFrame = (
  intake: FrameReader,
  why: Rejection & { readonly stream: string },
  arrival: Arrival,
  receivedAt: EpochMs,
  tradeId: string | null = null
): void => {
  const { reason, detail, stream } = why
  metrics.deadLetters.inc({ stage: 'ingest', reason })
  const origin = { exchange: intake.exchange.id, stream }
  const letter = deadLetterOf({ stage: 'ingest', reason, detail, origin, receivedAt }, arrival.bytes)
  intake.output.send([outgoing(deadLetters, letter)]).catch(() => undefined)
  arrival.onRejected(stream, tradeId)
}

/** While the broker is behind, the exchange has to wait: memory stays bounded. */
export const limitBacklog = (intake: FrameReader): void => {
  const { bytes, records } = intake.output.backlog()
  if (intake.paused || (bytes < MAX_WAITING.bytes && records < MAX_WAITING.records)) return
  intake.paused = true
  intake.connection?.setPaused(true)
  intake.log.warn({ bytes, records }, 'Kafka is behind; the sockets rest until it has caught up')
  spawn(resumeWhenRelieved(intake), intake.signal, intake.log)
}

const resumeWhenRelieved = async (intake: FrameReader): Promise<void> => {
  const isBehind = (): boolean => {
    const { bytes, records } = intake.output.backlog()
    return bytes > MAX_WAITING.bytes / 2 || records > MAX_WAITING.records / 2
  }
  while (isBehind()) await intake.clock.sleep(LOOK_AGAIN_MS, intake.signal)
  intake.paused = false
  intake.connection?.setPaused(false)
}

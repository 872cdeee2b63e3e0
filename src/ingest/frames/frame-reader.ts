import type { Exchange, Frame, MarketFrame } from '../../exchange/exchange.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { EpochMs } from '../../market/time.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { spawn } from '../../runtime/spawn.ts'
import { outgoing } from '../../stream/topic.ts'
import { deadLetters } from '../../topics.ts'
import type { Output } from '../output.ts'
import type { Connection } from '../transport/connection.ts'
import type { ExchangeTime } from '../transport/exchange-time.ts'
import type { SocketSession } from '../transport/socket-session.ts'
import { deadLetterFrame } from './dead-letter-frame.ts'
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
  readonly onLost: (stream: string, tradeId: string | null) => void
}

/** Sockets rest while more than this waits for the broker, and go on below half of it. */
const MAX_WAITING = { bytes: 96 * 1024 * 1024, records: 200_000 }
const LOOK_AGAIN_MS = 50

/** Decodes one frame and sees to all that is no market data, or none that can be believed, which gives null. */
export const readFrame = (intake: FrameReader, link: SocketSession, arrival: Arrival): Frame | null => {
  const { bytes, isBinary } = arrival
  const receivedAt = intake.clock.now()
  const frame: Frame = isBinary
    ? { kind: 'unreadable', reason: 'undecodable', detail: 'a binary frame', stream: '' }
    : intake.exchange.decode(bytes.toString('utf8'), intake.byStream, receivedAt)
  if (frame.kind === 'shutdown') link.relieve()
  else if (frame.kind === 'reply') receiveReply(intake, link, frame)
  else if (frame.kind === 'unreadable') rejectFrame(intake, frame, arrival, receivedAt)
  else return believed(intake, frame, arrival, receivedAt)
  return null
}

/** The frame, when its times can be true; null when it has to wait for that, or goes to dead letters. */
const believed = (
  intake: FrameReader,
  frame: MarketFrame,
  arrival: Arrival,
  receivedAt: EpochMs
): MarketFrame | null => {
  const lose = (why: { readonly reason: string; readonly detail: string }): void =>
    rejectFrame(intake, { ...why, stream: streamOf(intake.exchange, frame) }, arrival, receivedAt, tradeIdOf(frame))
  const bury = (detail: string): void => lose({ reason: 'future-time', detail })
  if (!intake.exchangeTime.admit({ time: frame.time, again: arrival.again, bury })) return null
  const odd = oddTime(frame)
  if (odd) lose(odd)
  return odd ? null : frame
}

const tradeIdOf = (frame: MarketFrame): string | null => (frame.kind === 'trade' ? frame.trade.id : null)

const streamOf = (exchange: Exchange, frame: MarketFrame): string => {
  if (frame.kind === 'trade') return exchange.tradeStream(frame.trade)
  if (frame.kind === 'ticker') return exchange.tickerStream(frame.ticker)
  return frame.kind === 'kline' ? exchange.klines.stream(frame.kline) : exchange.book.stream(frame.of)
}

const receiveReply = (
  intake: FrameReader,
  link: SocketSession,
  { id, error }: Extract<Frame, { kind: 'reply' }>
): void => {
  if (error !== null) intake.log.error({ id, error }, 'the exchange refuses to subscribe; check SYMBOLS')
  link.onReply(id, error)
}

export const rejectFrame = (
  intake: FrameReader,
  why: { readonly reason: string; readonly detail: string; readonly stream: string },
  arrival: Arrival,
  receivedAt: EpochMs,
  tradeId: string | null = null
): void => {
  metrics.deadLetters.inc({ stage: 'ingest', reason: why.reason })
  const letter = deadLetterFrame({ exchange: intake.exchange.id, stream: why.stream }, why, arrival.bytes, receivedAt)
  intake.output.send([outgoing(deadLetters, letter)]).catch(() => undefined)
  arrival.onLost(why.stream, tradeId)
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

import type { Exchange, ExchangeEvent } from '../../exchange/exchange.ts'
import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import { heartbeatOf, type Trade } from '../../market/records/feed/trade.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import type { RawFrame } from '../../runtime/frames/frame-lines.ts'
import { deadLetterOf } from '../../stream/dead-letter-of.ts'
import { type Outgoing, outgoing } from '../../stream/topic.ts'
import { deadLetters, exchangeKlines, rawTickers, rawTicks } from '../../topics.ts'
import { quoteStreams } from '../quotes/quotes.ts'

/** Recorded frames of one exchange through today's decoder. */
export type Redecoder = {
  /** What frames tell, as records of `raw_ticks`, `raw_tickers`, `exchange_klines` and `dead_letters`. Books are not built. */
  readonly decode: (frames: readonly RawFrame[]) => readonly Outgoing[]
}

/** Without a chain heartbeats close windows: so far they trail the newest trade, once a second of the exchange's time. */
const GRACE_MS = 1_000
const EVERY_MS = 1_000

/** `instruments`: those whose frames are decoded; the others' are left out. */
export const createRedecoder = (exchange: Exchange, instruments: readonly Instrument[]): Redecoder => {
  const streamsOf = (instrument: Instrument): readonly string[] => [
    exchange.tradeStream(instrument),
    ...quoteStreams(exchange, instrument)
  ]
  const byStream = new Map(
    instruments.flatMap(instrument => streamsOf(instrument).map(stream => [stream, instrument] as const))
  )
  const heartbeatTimes = new Map<string, number>()

  const heartbeat = (trade: Trade): readonly Outgoing[] => {
    const key = instrumentKey(trade)
    const time = trade.time - GRACE_MS
    if (exchange.chain !== null || time < (heartbeatTimes.get(key) ?? 0) + EVERY_MS) return []
    heartbeatTimes.set(key, time)
    const { receivedAt } = trade
    return [outgoing(rawTicks, heartbeatOf(trade, { time: epochMs(time), lastId: null, receivedAt }))]
  }

  const recordsOf = (event: ExchangeEvent, { text, receivedAt }: RawFrame): readonly Outgoing[] => {
    if (event.kind === 'trade') return [outgoing(rawTicks, event.trade), ...heartbeat(event.trade)]
    if (event.kind === 'ticker') return [outgoing(rawTickers, event.ticker)]
    if (event.kind === 'kline') return event.closed ? [outgoing(exchangeKlines, event.kline)] : []
    return event.kind === 'unreadable' && event.reason !== 'unknown_stream'
      ? [outgoing(deadLetters, letterOf(exchange, event, text, receivedAt))]
      : []
  }

  return {
    decode: frames =>
      frames
        .filter(({ direction }) => direction === 'in')
        .flatMap(frame =>
          exchange.decode(frame.text, byStream, frame.receivedAt).flatMap(event => recordsOf(event, frame))
        )
  }
}

const letterOf = (
  { id }: Exchange,
  { reason, detail, stream }: Extract<ExchangeEvent, { kind: 'unreadable' }>,
  text: string,
  receivedAt: EpochMs
) => deadLetterOf({ stage: 'replay', reason, detail, origin: { exchange: id, stream }, receivedAt }, Buffer.from(text))

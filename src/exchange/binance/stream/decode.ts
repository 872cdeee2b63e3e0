import type { Instrument } from '../../../market/instrument.ts'
import type { EpochMs } from '../../../market/time.ts'
import { decodeJson, unreadable } from '../../decode-json.ts'
import type { Exchange, ExchangeEvent } from '../../exchange.ts'
import { exactly, type Fields, isFields, time } from '../../fields.ts'
import type { BinanceMarket } from '../market.ts'

type Streams = ReadonlyMap<string, Instrument>

/** Reads the events of one kind, which come on streams of one ending. Throws `TS-DATA` that names the bad field. */
type EventReader = {
  readonly ending: string
  readonly read: (data: Fields, instrument: Instrument, receivedAt: EpochMs) => ExchangeEvent
}

/** How the events of a market are read, by the name that a message gives them. */
type EventReaders = Readonly<Record<string, EventReader>>

type MarketReader = { readonly market: BinanceMarket; readonly events: ReadonlyMap<unknown, EventReader> }

const isReply = (frame: Fields): boolean =>
  frame.stream === undefined &&
  (Object.hasOwn(frame, 'result') || isFields(frame.error) || (Number.isInteger(frame.code) && 'msg' in frame))

/** `{"result":null,"id":1}`, `{"code":2,"msg":"…"}` or `{"error":{"code":2,"msg":"…"},"id":1}`. */
const reply = (frame: Fields): ExchangeEvent => {
  const error = isFields(frame.error) ? frame.error : frame
  const id = typeof frame.id === 'number' || typeof frame.id === 'string' ? frame.id : null
  return { kind: 'reply', id, error: error.msg === undefined ? null : `${String(error.code)}: ${String(error.msg)}` }
}

/** Each stream carries one kind of event. */
const marketData = (
  { market, events }: MarketReader,
  stream: string,
  data: Fields,
  instrument: Instrument,
  receivedAt: EpochMs
): ExchangeEvent => {
  const event = events.get(data.e)
  if (!event || !stream.endsWith(event.ending))
    return unreadable(
      'unknown_event',
      `e: ${JSON.stringify(data.e)?.slice(0, 80)} is not what this stream carries`,
      stream
    )
  exactly('s', data.s, market.native(instrument))
  return event.read(data, instrument, receivedAt)
}

const combined = (reader: MarketReader, frame: Fields, byStream: Streams, receivedAt: EpochMs): ExchangeEvent => {
  const { stream, data } = frame
  if (typeof stream !== 'string') return unreadable('undecodable', 'neither a stream frame nor a reply', '')
  if (!isFields(data)) return unreadable('undecodable', `data: ${JSON.stringify(data)?.slice(0, 80)}`, stream)
  if (data.e === 'serverShutdown') return { kind: 'shutdown', time: time('E', data.E, receivedAt) }
  const instrument = byStream.get(stream)
  return instrument
    ? marketData(reader, stream, data, instrument, receivedAt)
    : unreadable('unknown_stream', 'nobody subscribed to it', stream)
}

const streamOf = ({ stream }: Fields): string => (typeof stream === 'string' ? stream : '')

const decodeFields = (reader: MarketReader, frame: Fields, byStream: Streams, receivedAt: EpochMs): ExchangeEvent => {
  if (frame.e === 'serverShutdown') return { kind: 'shutdown', time: time('E', frame.E, receivedAt) }
  return isReply(frame) ? reply(frame) : combined(reader, frame, byStream, receivedAt)
}

/** Decodes one message of a combined stream; never throws: what is no market data is `unreadable`, with the reason. */
export const createDecode = (market: BinanceMarket, events: EventReaders): Exchange['decode'] => {
  const reader = { market, events: new Map<unknown, EventReader>(Object.entries(events)) }
  return (text, byStream, receivedAt) =>
    decodeJson(text, streamOf, frame => [decodeFields(reader, frame, byStream, receivedAt)])
}

import type { SizedInstrument } from '../../market/records/feed/contract-size.ts'
import type { EpochMs } from '../../market/time.ts'
import { decodeJson, readEach, unreadable } from '../decode-json.ts'
import type { Exchange, ExchangeEvent } from '../exchange.ts'
import { type Fields, fail, isFields, textTime, type Unchecked } from '../fields.ts'
import { readCandle } from './candle.ts'
import { klineStream, streamName, tradeStream } from './names.ts'
import { readTrade } from './trade.ts'
import type { OkxEvent, OkxMessage, OkxTrade } from './wire.ts'

type Streams = ReadonlyMap<string, SizedInstrument>
type Reader = (value: unknown, instrument: SizedInstrument, receivedAt: EpochMs) => ExchangeEvent

/** A service upgrade, before which another connection is to be opened: https://www.okx.com/docs-v5/en/#overview-websocket-notification */
const UPGRADE = '64008'

const tradeEvent: Reader = (value, instrument, receivedAt) => {
  if (!isFields(value)) return fail('data', value, 'an object')
  const data: Unchecked<OkxTrade> = value
  const trade = readTrade(data, instrument, { time: textTime('ts', data.ts, receivedAt), receivedAt }, 'stream')
  return { kind: 'trade', trade, time: trade.time }
}

/** A message does not say when it was sent: not before what it tells of. */
const klineEvent: Reader = (value, instrument) => {
  const { kline, closed } = readCandle(value, instrument, '1m')
  return { kind: 'kline', kline, closed, time: closed ? kline.closeTime : kline.openTime }
}

const READERS = [
  { nameOf: tradeStream, read: tradeEvent },
  { nameOf: klineStream, read: klineEvent }
]

const push = (message: Unchecked<OkxMessage>, byStream: Streams, receivedAt: EpochMs): readonly ExchangeEvent[] => {
  const stream = streamOf(message)
  const instrument = byStream.get(stream)
  if (!instrument) return [unreadable('unknown_stream', 'nobody subscribed to it', stream)]
  const reader = READERS.find(({ nameOf }) => nameOf(instrument) === stream)
  if (!reader) return [unreadable('unknown_event', 'it is neither of trades nor of candles', stream)]
  const { data } = message
  if (!Array.isArray(data)) return fail('data', data, 'a list')
  return readEach(data, stream, value => reader.read(value, instrument, receivedAt))
}

/** Every stream is confirmed by itself; a refusal is of the whole request. */
const eventOf = (frame: Unchecked<OkxEvent>): ExchangeEvent => {
  const { event, id, code, msg } = frame
  if (event === 'notice' && code === UPGRADE) return { kind: 'shutdown' }
  if (event === 'notice') return { kind: 'alive' }
  const request = typeof id === 'string' ? id : null
  if (event === 'error') return { kind: 'reply', id: request, error: `${String(code)}: ${String(msg)}` }
  if (event !== 'subscribe') return fail('event', event, 'one that is known')
  return { kind: 'reply', id: request, error: null, streams: [streamOf(frame)] }
}

const streamOf = ({ arg }: Unchecked<OkxMessage>): string =>
  isFields(arg) ? streamName(String(arg.channel), String(arg.instId)) : ''

const decodeFields = (frame: Fields, byStream: Streams, receivedAt: EpochMs): readonly ExchangeEvent[] =>
  frame.event === undefined ? push(frame, byStream, receivedAt) : [eventOf(frame)]

/** Decodes one message; never throws: what is no market data is `unreadable`, with the reason. */
export const decodeFrame: Exchange['decode'] = (text, byStream, receivedAt) =>
  text === 'pong' ? [{ kind: 'alive' }] : decodeJson(text, streamOf, frame => decodeFields(frame, byStream, receivedAt))

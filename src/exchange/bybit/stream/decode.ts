import type { Instrument } from '../../../market/instrument.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import { decodeJson, readEach, unreadable } from '../../decode-json.ts'
import type { Exchange, ExchangeEvent } from '../../exchange.ts'
import {
  decimal,
  exactly,
  type Fields,
  fail,
  flag,
  isFields,
  price,
  textId,
  time,
  type Unchecked
} from '../../fields.ts'
import { klineWindow } from '../../kline-window.ts'
import { klineFigures } from '../kline-figures.ts'
import { nativeName } from '../market.ts'
import { flagsOf, takerSide } from '../trade-fields.ts'
import type { BybitKline, BybitMessage, BybitReply, BybitTrade } from '../wire.ts'
import { klineStream, streamsOfTopic, tradeStream } from './subscribe.ts'

type Streams = ReadonlyMap<string, Instrument>

/** Of which instrument a message is, when it was sent, and when it came. */
type Arrival = { readonly instrument: Instrument; readonly time: EpochMs; readonly receivedAt: EpochMs }

const streamTrade = (data: Unchecked<BybitTrade>, { instrument, receivedAt }: Arrival): Trade => {
  exactly('s', data.s, nativeName(instrument))
  return {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    id: textId('i', data.i),
    price: price('p', data.p),
    quantity: decimal('v', data.v),
    time: time('T', data.T, receivedAt),
    receivedAt,
    side: takerSide('S', data.S),
    via: 'stream',
    ...flagsOf(['BT', data.BT], ['RPI', data.RPI])
  }
}

const tradeEvent = (data: Fields, arrival: Arrival): ExchangeEvent => ({
  kind: 'trade',
  trade: streamTrade(data, arrival),
  time: arrival.time
})

/** At the turn of a minute a message tells of two: the one that has closed, and the one that forms. */
const klineEvent = (data: Unchecked<BybitKline>, { instrument, time: sentAt, receivedAt }: Arrival): ExchangeEvent => {
  exactly('interval', data.interval, '1')
  const kline = {
    ...klineWindow(instrument, '1m', 'start', time('start', data.start, receivedAt)),
    ...klineFigures(data)
  }
  if (data.end !== kline.closeTime - 1) return fail('end', data.end, `the end of the minute of ${kline.openTime}`)
  return { kind: 'kline', kline, closed: flag('confirm', data.confirm), time: sentAt }
}

const READERS = [
  { nameOf: tradeStream, read: tradeEvent },
  { nameOf: klineStream, read: klineEvent }
]

const topicMessage = (message: Unchecked<BybitMessage>, byStream: Streams, receivedAt: EpochMs) => {
  const { ts, data } = message
  const stream = streamOf(message, byStream)
  const instrument = byStream.get(stream)
  if (!instrument) return [unreadable('unknown_stream', 'nobody subscribed to it', stream)]
  const reader = READERS.find(({ nameOf }) => nameOf(instrument) === stream)
  if (!reader) return [unreadable('unknown_event', 'it is neither of trades nor of candles', stream)]
  const arrival = { instrument, time: time('ts', ts, receivedAt), receivedAt }
  if (!Array.isArray(data)) return fail('data', data, 'a list')
  return readEach(data, stream, value =>
    isFields(value) ? reader.read(value, arrival) : fail('data', value, 'an object')
  )
}

const reply = ({ success, ret_msg, req_id }: Unchecked<BybitReply>): ExchangeEvent => ({
  kind: 'reply',
  id: typeof req_id === 'string' && req_id !== '' ? req_id : null,
  error: success === true ? null : String(ret_msg)
})

const decodeFields = (frame: Fields, byStream: Streams, receivedAt: EpochMs): readonly ExchangeEvent[] => {
  const { op, success } = frame
  if (typeof frame.topic === 'string') return topicMessage(frame, byStream, receivedAt)
  if (op === 'ping' || op === 'pong') return [{ kind: 'alive' }]
  // What it cannot read at all it refuses without an operation.
  if (op === 'subscribe' || success === false) return [reply(frame)]
  return [unreadable('undecodable', 'neither a topic nor a reply', '')]
}

const streamOf = ({ topic }: Unchecked<BybitMessage>, byStream: Streams): string => {
  if (typeof topic !== 'string') return ''
  return streamsOfTopic(topic).find(stream => byStream.has(stream)) ?? topic
}

/** Decodes one message of a public socket; never throws: what is no market data is `unreadable`, with the reason. */
export const decodeFrame: Exchange['decode'] = (text, byStream, receivedAt) =>
  decodeJson(
    text,
    frame => streamOf(frame, byStream),
    frame => decodeFields(frame, byStream, receivedAt)
  )

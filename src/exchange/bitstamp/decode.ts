import type { Instrument } from '../../market/instrument.ts'
import type { EpochMs } from '../../market/time.ts'
import { decodeJson, unreadable } from '../decode-json.ts'
import type { Exchange, ExchangeEvent } from '../exchange.ts'
import { decimal, type Fields, fail, idText, isFields, oneOf, price, textTime, type Unchecked } from '../fields.ts'
import type { BitstampMessage, BitstampTrade } from './wire.ts'

type Streams = ReadonlyMap<string, Instrument>

const tradeEvent = (data: Unchecked<BitstampTrade>, instrument: Instrument, receivedAt: EpochMs): ExchangeEvent => {
  const time = textTime('microtimestamp', data.microtimestamp, receivedAt)
  const trade = {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    id: idText('id', data.id),
    price: price('price_str', data.price_str),
    quantity: decimal('amount_str', data.amount_str),
    time,
    receivedAt,
    side: oneOf('type', data.type, [0, 1]) === 0 ? ('buy' as const) : ('sell' as const),
    via: 'stream' as const
  }
  return { kind: 'trade', trade, time }
}

/** A refusal names no channel: it is of all that was asked for. */
const refusal = (data: unknown): ExchangeEvent => ({
  kind: 'reply',
  id: null,
  error: isFields(data) ? String(data.message) : 'refused'
})

const decodeFields = (frame: Fields, byStream: Streams, receivedAt: EpochMs): ExchangeEvent => {
  const { event, data }: Unchecked<BitstampMessage> = frame
  const stream = streamOf(frame)
  if (event === 'bts:heartbeat') return { kind: 'alive' }
  if (event === 'bts:subscription_succeeded') return { kind: 'reply', id: null, error: null, streams: [stream] }
  if (event === 'bts:request_reconnect') return { kind: 'shutdown' }
  if (event === 'bts:error') return refusal(data)
  if (event !== 'trade')
    return unreadable('unknown_event', `event: ${JSON.stringify(event)?.slice(0, 80)} is not known`, stream)
  const instrument = byStream.get(stream)
  if (!instrument) return unreadable('unknown_stream', 'nobody subscribed to it', stream)
  return isFields(data) ? tradeEvent(data, instrument, receivedAt) : fail('data', data, 'an object')
}

const streamOf = ({ channel }: Fields): string => (typeof channel === 'string' ? channel : '')

/** Decodes one message; never throws: what is no market data is `unreadable`, with the reason. */
export const decodeFrame: Exchange['decode'] = (text, byStream, receivedAt) =>
  decodeJson(text, streamOf, frame => [decodeFields(frame, byStream, receivedAt)])

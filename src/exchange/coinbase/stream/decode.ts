import type { Instrument } from '../../../market/instrument.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import { decodeJson, unreadable } from '../../decode-json.ts'
import type { Exchange, ExchangeEvent } from '../../exchange.ts'
import { decimal, type Fields, fail, idText, isFields, isoTime, price, type Unchecked } from '../../fields.ts'
import { takerSide } from '../taker-side.ts'
import type { CoinbaseError, CoinbaseHeartbeat, CoinbaseMatch, CoinbaseSubscriptions } from '../wire.ts'
import { streamName } from './subscribe.ts'

type Streams = ReadonlyMap<string, Instrument>

const streamTrade = (data: Unchecked<CoinbaseMatch>, instrument: Instrument, receivedAt: EpochMs): Trade => ({
  exchange: instrument.exchange,
  symbol: instrument.symbol,
  id: idText('trade_id', data.trade_id),
  price: price('price', data.price),
  quantity: decimal('size', data.size),
  time: isoTime('time', data.time, receivedAt),
  receivedAt,
  side: takerSide(data.side),
  via: 'stream'
})

/** The trade before the subscription may be of any time: it says nothing of the present. */
const match = (data: Unchecked<CoinbaseMatch>, instrument: Instrument, receivedAt: EpochMs): ExchangeEvent => {
  const trade = streamTrade(data, instrument, receivedAt)
  return { kind: 'trade', trade, time: data.type === 'match' ? trade.time : null }
}

/** Before the first trade of a product there is none to name. */
const heartbeat = (data: Unchecked<CoinbaseHeartbeat>, instrument: Instrument, receivedAt: EpochMs): ExchangeEvent => {
  const time = isoTime('time', data.time, receivedAt)
  const lastId = idText('last_trade_id', data.last_trade_id)
  return lastId === '0' ? { kind: 'alive', time } : { kind: 'newest', instrument, lastId, time }
}

/** It lists all that is subscribed by now. */
const subscriptions = ({ channels }: Unchecked<CoinbaseSubscriptions>): ExchangeEvent => {
  if (!Array.isArray(channels)) return fail('channels', channels, 'a list')
  const streams = channels
    .filter(isFields)
    .flatMap(({ name, product_ids }) =>
      Array.isArray(product_ids) ? product_ids.map(product => streamName(String(name), String(product))) : []
    )
  return { kind: 'reply', id: null, error: null, streams }
}

const refusal = ({ message, reason }: Unchecked<CoinbaseError>): ExchangeEvent => ({
  kind: 'reply',
  id: null,
  error: [message, reason].filter(text => text !== undefined).join(': ')
})

/** Matches come with heartbeats, and heartbeats alone as well. */
const instrumentOf = (frame: Fields, byStream: Streams): Instrument | undefined => {
  const { type, product_id } = frame
  const own = byStream.get(streamOf(frame))
  return own ?? (type === 'heartbeat' ? byStream.get(streamName('heartbeat', String(product_id))) : undefined)
}

const decodeFields = (frame: Fields, byStream: Streams, receivedAt: EpochMs): ExchangeEvent => {
  const { type } = frame
  if (type === 'subscriptions') return subscriptions(frame)
  if (type === 'error') return refusal(frame)
  const stream = streamOf(frame)
  if (type !== 'match' && type !== 'last_match' && type !== 'heartbeat')
    return unreadable(
      'unknown_event',
      `type: ${JSON.stringify(type)?.slice(0, 80)} is not what was subscribed to`,
      stream
    )
  const instrument = instrumentOf(frame, byStream)
  if (!instrument) return unreadable('unknown_stream', 'nobody subscribed to it', stream)
  return type === 'heartbeat' ? heartbeat(frame, instrument, receivedAt) : match(frame, instrument, receivedAt)
}

const streamOf = ({ product_id }: Fields): string =>
  typeof product_id === 'string' ? streamName('matches', product_id) : ''

/** Decodes one message of the feed; never throws: what is no market data is `unreadable`, with the reason. */
export const decodeFrame: Exchange['decode'] = (text, byStream, receivedAt) =>
  decodeJson(text, streamOf, frame => [decodeFields(frame, byStream, receivedAt)])

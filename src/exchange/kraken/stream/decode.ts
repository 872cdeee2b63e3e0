import type { Instrument } from '../../../market/instrument.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import { type EpochMs, epochMs } from '../../../market/time.ts'
import { decodeJson, type Unreadable, unreadable, unreadableBy } from '../../decode-json.ts'
import type { Exchange, ExchangeEvent } from '../../exchange.ts'
import {
  anyIsoTime,
  decimal,
  type Fields,
  fail,
  idText,
  isFields,
  isoTime,
  oneOf,
  price,
  type Unchecked
} from '../../fields.ts'
import type { KrakenMessage, KrakenReply, KrakenTrade } from '../wire.ts'
import { bookEvent } from './decode-book.ts'
import { klineEvent } from './decode-kline.ts'
import { streamName } from './subscribe.ts'

type Streams = ReadonlyMap<string, Instrument>

/**
 * Prices and quantities are JSON numbers: as text they keep the digits that were sent. Inside a text such a name cannot stand, since its
 * quotes would be escaped there.
 */
const quoted = (text: string): string =>
  text.replace(/("(?:price|qty|open|high|low|close|volume)":\s*)(-?[\d.eE+-]+)/g, '$1"$2"')

const SIDES = ['buy', 'sell'] as const

const streamTrade = (data: Unchecked<KrakenTrade>, instrument: Instrument, receivedAt: EpochMs): Trade => ({
  exchange: instrument.exchange,
  symbol: instrument.symbol,
  id: idText('trade_id', data.trade_id),
  price: price('price', data.price),
  quantity: decimal('qty', data.qty),
  time: isoTime('timestamp', data.timestamp, receivedAt),
  receivedAt,
  side: oneOf('side', data.side, SIDES),
  via: 'stream'
})

const symbolIn = (value: unknown): string => (isFields(value) && typeof value.symbol === 'string' ? value.symbol : '')

/** What one item of a message tells, or why it cannot be read: the others count all the same. */
const readItem = <T>(
  channel: string,
  value: unknown,
  byStream: Streams,
  read: (fields: Fields, instrument: Instrument) => T
): T | Unreadable => {
  const stream = streamName(channel, symbolIn(value))
  const instrument = byStream.get(stream)
  if (!isFields(value)) return unreadable('undecodable', 'data: holds what is no object', '')
  if (!instrument) return unreadable('unknown_stream', 'nobody subscribed to it', stream)
  try {
    return read(value, instrument)
  } catch (error) {
    return unreadableBy(error, stream)
  }
}

const itemsOf = (data: unknown): readonly unknown[] => (Array.isArray(data) ? data : fail('data', data, 'a list'))

/** Trades of one or several symbols; the newest is what is known of when it was sent, but of a snapshot, whose trades may be old. */
const tradeMessage = (
  { type, data }: Unchecked<KrakenMessage>,
  byStream: Streams,
  receivedAt: EpochMs
): readonly ExchangeEvent[] => {
  const read = itemsOf(data).map(item =>
    readItem('trade', item, byStream, (fields, instrument) => streamTrade(fields, instrument, receivedAt))
  )
  const newest = epochMs(read.reduce((latest, one) => ('kind' in one ? latest : Math.max(latest, one.time)), 0))
  const time = type === 'snapshot' ? null : newest
  return read.map(one => ('kind' in one ? one : { kind: 'trade', trade: one, time }))
}

/** A message of order books or candles. */
const quoteMessage = (
  channel: 'book' | 'ohlc',
  { type, data, timestamp }: Unchecked<KrakenMessage>,
  byStream: Streams,
  receivedAt: EpochMs
): readonly ExchangeEvent[] =>
  itemsOf(data).map(item =>
    readItem(channel, item, byStream, (fields, instrument) =>
      channel === 'book'
        ? bookEvent(fields, type, instrument, receivedAt)
        : klineEvent(fields, timestamp, instrument, receivedAt)
    )
  )

/** A refusal names the symbol, and not the channel. */
const refusedStreams = (symbol: unknown, byStream: Streams): Pick<ExchangeEvent & { kind: 'reply' }, 'streams'> =>
  typeof symbol === 'string'
    ? { streams: [...byStream].filter(([, instrument]) => instrument.symbol === symbol).map(([stream]) => stream) }
    : {}

const reply = (frame: Fields, byStream: Streams): ExchangeEvent => {
  const { success, error, symbol, result, req_id, time_in }: Unchecked<KrakenReply> = frame
  const answer = {
    kind: 'reply' as const,
    id: typeof req_id === 'number' ? req_id : null,
    ...(typeof time_in === 'string' && { time: anyIsoTime('time_in', time_in) })
  }
  if (success !== true) return { ...answer, error: String(error), ...refusedStreams(symbol, byStream) }
  if (!isFields(result)) return fail('result', result, 'an object')
  return { ...answer, error: null, streams: [streamName(String(result.channel), String(result.symbol))] }
}

const alive = ({ time_in }: Unchecked<KrakenReply>): ExchangeEvent => ({
  kind: 'alive',
  ...(time_in !== undefined && { time: anyIsoTime('time_in', time_in) })
})

const decodeFields = (frame: Fields, byStream: Streams, receivedAt: EpochMs): readonly ExchangeEvent[] => {
  const { channel }: Unchecked<KrakenMessage> = frame
  if (channel === 'trade') return tradeMessage(frame, byStream, receivedAt)
  if (channel === 'book' || channel === 'ohlc') return quoteMessage(channel, frame, byStream, receivedAt)
  if (channel === 'heartbeat' || channel === 'status') return [{ kind: 'alive' }]
  if (frame.method === 'pong' || frame.method === 'unsubscribe') return [alive(frame)]
  // What it cannot read at all it refuses without a method.
  if (frame.method === 'subscribe' || frame.success === false) return [reply(frame, byStream)]
  const what = JSON.stringify(channel ?? frame.method)?.slice(0, 80)
  return [unreadable('unknown_event', `channel: ${what} is not one that was subscribed to`, streamOf(frame))]
}

const streamOf = ({ channel, data }: Fields): string =>
  typeof channel === 'string' ? streamName(channel, symbolIn(Array.isArray(data) ? data[0] : data)) : ''

/** Decodes one message of the second version of the socket; never throws: what is no market data is `unreadable`, with the reason. */
export const decodeFrame: Exchange['decode'] = (text, byStream, receivedAt) =>
  decodeJson(quoted(text), streamOf, frame => decodeFields(frame, byStream, receivedAt))

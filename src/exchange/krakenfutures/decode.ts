import type { Instrument } from '../../market/instrument.ts'
import { inverseSizes, type SizedInstrument } from '../../market/records/feed/contract-size.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'
import { decodeJson, readEach, unreadable } from '../decode-json.ts'
import type { Exchange, ExchangeEvent } from '../exchange.ts'
import {
  anyTime,
  contractSizeOf,
  decimalNumber,
  exactly,
  type Fields,
  fail,
  isFields,
  oneOf,
  priceNumber,
  textId,
  time,
  type Unchecked,
  wholeNumber
} from '../fields.ts'
import { isInverse } from '../unified-symbol.ts'
import { productId } from './names.ts'
import type { FuturesMessage, FuturesTrade } from './wire.ts'

type Streams = ReadonlyMap<string, Instrument>

const flagsOf = (type: unknown): Pick<Trade, 'flags'> =>
  type === 'liquidation' || type === 'block' ? { flags: [type] } : {}

const readTrade = (value: unknown, instrument: SizedInstrument, receivedAt: EpochMs): Trade => {
  if (!isFields(value)) return fail('trade', value, 'an object')
  const data: Unchecked<FuturesTrade> = value
  exactly('product_id', data.product_id, productId(instrument))
  const [price, count] = [priceNumber('price', data.price), decimalNumber('qty', data.qty)]
  const { quantity, ...counted } = isInverse(instrument)
    ? inverseSizes(count, contractSizeOf(instrument), price)
    : { quantity: count }
  return {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    id: textId('uid', data.uid),
    sequence: String(wholeNumber('seq', data.seq, 'the number of a trade')),
    price,
    quantity,
    time: time('time', data.time, receivedAt),
    receivedAt,
    side: oneOf('side', data.side, ['buy', 'sell']),
    via: 'stream',
    ...counted,
    ...flagsOf(data.type)
  }
}

const tradeEvents = (frame: Fields, byStream: Streams, receivedAt: EpochMs): readonly ExchangeEvent[] => {
  const { feed, trades }: Unchecked<FuturesMessage> = frame
  const stream = streamOf(frame)
  const instrument = byStream.get(stream)
  if (!instrument) return [unreadable('unknown_stream', 'nobody subscribed to it', stream)]
  if (feed === 'trade') {
    const trade = readTrade(frame, instrument, receivedAt)
    return [{ kind: 'trade', trade, time: trade.time }]
  }
  if (!Array.isArray(trades)) return fail('trades', trades, 'a list')
  // They may have been printed long before the snapshot was sent.
  return readEach(trades.toReversed(), stream, value => ({
    kind: 'trade',
    trade: readTrade(value, instrument, receivedAt),
    time: null
  }))
}

/** It confirms every product by itself. An error names none: it is of all that was asked for. */
const eventOf = (frame: Fields): ExchangeEvent => {
  const { event, feed, product_ids, message }: Unchecked<FuturesMessage> = frame
  const streams = Array.isArray(product_ids) ? { streams: product_ids.map(String) } : {}
  if (event === 'subscribed' && feed === 'trade') return { kind: 'reply', id: null, error: null, ...streams }
  if (event === 'error' || event === 'subscribed_failed')
    return { kind: 'reply', id: null, error: String(message ?? event), ...streams }
  // An alert says that something is asked for again, as the heartbeats are.
  if (event === 'info' || event === 'subscribed' || event === 'alert') return { kind: 'alive' }
  return unreadable('unknown_event', `event: ${JSON.stringify(event)?.slice(0, 80)} is not known`, streamOf(frame))
}

const decodeFields = (frame: Fields, byStream: Streams, receivedAt: EpochMs): readonly ExchangeEvent[] => {
  const { event, feed, time: sentAt }: Unchecked<FuturesMessage> = frame
  if (event !== undefined) return [eventOf(frame)]
  if (feed === 'heartbeat') return [{ kind: 'alive', time: anyTime('time', sentAt) }]
  if (feed === 'trade' || feed === 'trade_snapshot') return tradeEvents(frame, byStream, receivedAt)
  return [unreadable('unknown_event', `feed: ${JSON.stringify(feed)?.slice(0, 80)} is not known`, streamOf(frame))]
}

const streamOf = ({ product_id }: Fields): string => (typeof product_id === 'string' ? product_id : '')

/** Decodes one message; never throws: what is no market data is `unreadable`, with the reason. */
export const decodeFrame: Exchange['decode'] = (text, byStream, receivedAt) =>
  decodeJson(text, streamOf, frame => decodeFields(frame, byStream, receivedAt))

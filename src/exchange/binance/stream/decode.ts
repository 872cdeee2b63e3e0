import type { Instrument } from '../../../market/instrument.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import { decodeJson, unreadable } from '../../decode-json.ts'
import type { Exchange, ExchangeEvent } from '../../exchange.ts'
import {
  anyTime,
  decimal,
  exactly,
  type Fields,
  fail,
  idText,
  isFields,
  price,
  time,
  type Unchecked
} from '../../fields.ts'
import { nativeSymbol } from '../native-symbol.ts'
import type { BinanceHistoricalTrade, BinanceTrade } from '../wire.ts'
import { depthFrame } from './decode-depth.ts'
import { klineFrame } from './decode-kline.ts'
import { tickerFrame } from './decode-ticker.ts'

/** The taker's side: when the buyer is the maker, the taker sold. */
const side = (name: string, buyerIsMaker: unknown): Trade['side'] =>
  typeof buyerIsMaker === 'boolean' ? (buyerIsMaker ? 'sell' : 'buy') : fail(name, buyerIsMaker, 'true or false')

const streamTrade = (data: Unchecked<BinanceTrade>, of: Instrument, receivedAt: EpochMs): Trade => ({
  exchange: of.exchange,
  symbol: of.symbol,
  id: idText('t', data.t),
  price: price('p', data.p),
  quantity: decimal('q', data.q),
  time: time('T', data.T, receivedAt),
  receivedAt,
  side: side('m', data.m),
  via: 'stream'
})

/** One element of a `historicalTrades` answer. Throws `TS-DATA` that names the bad field. */
export const historicalTrade = (row: unknown, of: Instrument, receivedAt: EpochMs): Trade => {
  if (!isFields(row)) return fail('trade', row, 'an object')
  const data: Unchecked<BinanceHistoricalTrade> = row
  return {
    exchange: of.exchange,
    symbol: of.symbol,
    id: idText('id', data.id),
    price: price('price', data.price),
    quantity: decimal('qty', data.qty),
    time: anyTime('time', data.time),
    receivedAt,
    side: side('isBuyerMaker', data.isBuyerMaker),
    via: 'history'
  }
}

const isReply = (frame: Fields): boolean =>
  frame.stream === undefined &&
  (Object.hasOwn(frame, 'result') || isFields(frame.error) || (Number.isInteger(frame.code) && 'msg' in frame))

/** `{"result":null,"id":1}`, `{"code":2,"msg":"…"}` or `{"error":{"code":2,"msg":"…"},"id":1}`. */
const reply = (frame: Fields): ExchangeEvent => {
  const error = isFields(frame.error) ? frame.error : frame
  const id = typeof frame.id === 'number' || typeof frame.id === 'string' ? frame.id : null
  return { kind: 'reply', id, error: error.msg === undefined ? null : `${String(error.code)}: ${String(error.msg)}` }
}

const tradeFrame = (data: Unchecked<BinanceTrade>, of: Instrument, receivedAt: EpochMs): ExchangeEvent => {
  exactly('s', data.s, nativeSymbol(of))
  return { kind: 'trade', trade: streamTrade(data, of, receivedAt), time: time('E', data.E, receivedAt) }
}

/** Each stream carries one kind of event. */
const marketData = (stream: string, data: Fields, of: Instrument, receivedAt: EpochMs): ExchangeEvent => {
  const { e } = data
  if (e === 'trade' && stream.endsWith('@trade')) return tradeFrame(data, of, receivedAt)
  if (e === 'depthUpdate' && stream.endsWith('@depth@100ms')) return depthFrame(data, of, receivedAt)
  if (e === '24hrTicker' && stream.endsWith('@ticker')) return tickerFrame(data, of, receivedAt)
  if (e === 'kline' && stream.endsWith('@kline_1m')) return klineFrame(data, of, receivedAt)
  return unreadable('unknown_event', `e: ${JSON.stringify(e)?.slice(0, 80)} is not what this stream carries`, stream)
}

const combined = (frame: Fields, byStream: ReadonlyMap<string, Instrument>, receivedAt: EpochMs): ExchangeEvent => {
  const { stream, data } = frame
  if (typeof stream !== 'string') return unreadable('undecodable', 'neither a stream frame nor a reply', '')
  if (!isFields(data)) return unreadable('undecodable', `data: ${JSON.stringify(data)?.slice(0, 80)}`, stream)
  if (data.e === 'serverShutdown') return { kind: 'shutdown', time: time('E', data.E, receivedAt) }
  const of = byStream.get(stream)
  return of ? marketData(stream, data, of, receivedAt) : unreadable('unknown_stream', 'nobody subscribed to it', stream)
}

const streamOf = ({ stream }: Fields): string => (typeof stream === 'string' ? stream : '')

const decodeFields = (frame: Fields, byStream: ReadonlyMap<string, Instrument>, receivedAt: EpochMs): ExchangeEvent => {
  if (frame.e === 'serverShutdown') return { kind: 'shutdown', time: time('E', frame.E, receivedAt) }
  return isReply(frame) ? reply(frame) : combined(frame, byStream, receivedAt)
}

/** Decodes one message of a combined stream; never throws: what is no market data is `unreadable`, with the reason. */
export const decodeFrame: Exchange['decode'] = (text, byStream, receivedAt) =>
  decodeJson(text, streamOf, frame => [decodeFields(frame, byStream, receivedAt)])

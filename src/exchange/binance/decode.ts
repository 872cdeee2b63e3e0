import { canonicalDecimal } from '../../market/decimal.ts'
import { TickstreamError } from '../../market/error.ts'
import type { Instrument } from '../../market/instrument.ts'
import { type EpochMs, isEpochMs } from '../../market/time.ts'
import type { Trade } from '../../market/trade.ts'
import type { Frame } from '../exchange.ts'
import { nativeSymbol } from './native-symbol.ts'
import type { BinanceHistoricalTrade, BinanceTrade } from './wire.ts'

type Fields = Readonly<Record<string, unknown>>
/** The fields that a wire type names, none of them believed yet. */
type Unchecked<Wire> = { readonly [Name in keyof Wire]?: unknown }

const DAY_MS = 86_400_000
/** Epoch times at or above this are microseconds, as `timeUnit=MICROSECOND` gives them. */
const MICROSECONDS_FROM = 100_000_000_000_000

const fail = (name: string, value: unknown, wanted: string): never => {
  throw new TickstreamError('data', `${name}: ${JSON.stringify(value)?.slice(0, 80)} is not ${wanted}`)
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const idText = (name: string, value: unknown): string =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? String(value)
    : fail(name, value, 'a trade id')

const time = (name: string, value: unknown, receivedAt: EpochMs): EpochMs => {
  if (typeof value !== 'number' || !Number.isInteger(value)) return fail(name, value, 'a time')
  const ms = value >= MICROSECONDS_FROM ? Math.floor(value / 1_000) : value
  if (!isEpochMs(ms)) return fail(name, value, 'a time in epoch milliseconds or microseconds')
  return ms > receivedAt + DAY_MS ? fail(name, value, 'a time that this machine has reached') : ms
}

const price = (name: string, value: unknown): string => {
  const text = canonicalDecimal(value)
  return text === '0' ? fail(name, value, 'a price above 0') : text
}

/** The taker's side: when the buyer is the maker, the taker sold. */
const side = (name: string, buyerIsMaker: unknown): Trade['side'] =>
  typeof buyerIsMaker === 'boolean' ? (buyerIsMaker ? 'sell' : 'buy') : fail(name, buyerIsMaker, 'true or false')

const streamTrade = (data: Unchecked<BinanceTrade>, of: Instrument, receivedAt: EpochMs): Trade => ({
  exchange: of.exchange,
  symbol: of.symbol,
  id: idText('t', data.t),
  price: price('p', data.p),
  quantity: canonicalDecimal(data.q),
  time: time('T', data.T, receivedAt),
  receivedAt,
  side: side('m', data.m),
  via: 'stream'
})

/** One element of a `historicalTrades` answer. Throws a `data` error that names the bad field. */
export const historicalTrade = (row: unknown, of: Instrument, receivedAt: EpochMs): Trade => {
  if (!isFields(row)) return fail('trade', row, 'an object')
  const data: Unchecked<BinanceHistoricalTrade> = row
  return {
    exchange: of.exchange,
    symbol: of.symbol,
    id: idText('id', data.id),
    price: price('price', data.price),
    quantity: canonicalDecimal(data.qty),
    time: time('time', data.time, receivedAt),
    receivedAt,
    side: side('isBuyerMaker', data.isBuyerMaker),
    via: 'history'
  }
}

const unreadable = (reason: string, detail: string, stream: string): Frame => ({
  kind: 'unreadable',
  reason,
  detail,
  stream
})

const isReply = (frame: Fields): boolean =>
  frame.stream === undefined &&
  (Object.hasOwn(frame, 'result') || isFields(frame.error) || (Number.isInteger(frame.code) && 'msg' in frame))

/** `{"result":null,"id":1}`, `{"code":2,"msg":"…"}` or `{"error":{"code":2,"msg":"…"},"id":1}`. */
const reply = (frame: Fields): Frame => {
  const error = isFields(frame.error) ? frame.error : frame
  const id = typeof frame.id === 'number' || typeof frame.id === 'string' ? frame.id : null
  return { kind: 'reply', id, error: error.msg === undefined ? null : `${String(error.code)}: ${String(error.msg)}` }
}

const tradeFrame = (stream: string, data: Unchecked<BinanceTrade>, of: Instrument, receivedAt: EpochMs): Frame => {
  if (data.e !== 'trade') return unreadable('unknown_event', `e: ${JSON.stringify(data.e)} is not "trade"`, stream)
  if (data.s !== nativeSymbol(of)) return fail('s', data.s, nativeSymbol(of))
  return { kind: 'trade', trade: streamTrade(data, of, receivedAt), time: time('E', data.E, receivedAt) }
}

const combined = (frame: Fields, byStream: ReadonlyMap<string, Instrument>, receivedAt: EpochMs): Frame => {
  const { stream, data } = frame
  if (typeof stream !== 'string') return unreadable('undecodable', 'neither a stream frame nor a reply', '')
  if (!isFields(data)) return unreadable('undecodable', `data: ${JSON.stringify(data)?.slice(0, 80)}`, stream)
  if (data.e === 'serverShutdown') return { kind: 'shutdown', time: time('E', data.E, receivedAt) }
  const of = byStream.get(stream)
  return of ? tradeFrame(stream, data, of, receivedAt) : unreadable('unknown_stream', 'nobody subscribed to it', stream)
}

const streamOf = (frame: unknown): string =>
  isFields(frame) && typeof frame.stream === 'string' ? frame.stream.slice(0, 200) : ''

const decodeFields = (frame: Fields, byStream: ReadonlyMap<string, Instrument>, receivedAt: EpochMs): Frame => {
  if (frame.e === 'serverShutdown') return { kind: 'shutdown', time: time('E', frame.E, receivedAt) }
  return isReply(frame) ? reply(frame) : combined(frame, byStream, receivedAt)
}

/** Decodes one frame of a combined stream; never throws: what is no market data is `unreadable`, with the reason. */
export const decodeFrame = (text: string, byStream: ReadonlyMap<string, Instrument>, receivedAt: EpochMs): Frame => {
  let frame: unknown
  try {
    frame = JSON.parse(text)
    if (!isFields(frame)) return unreadable('undecodable', 'not a JSON object', '')
    return decodeFields(frame, byStream, receivedAt)
  } catch (error) {
    return unreadable('undecodable', (error as Error).message.slice(0, 300), streamOf(frame))
  }
}

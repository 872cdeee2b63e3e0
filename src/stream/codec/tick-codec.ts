import { TickstreamError } from '../../market/error.ts'
import { isSymbol } from '../../market/instrument.ts'
import { GAP_MARKER, HEARTBEAT, type Tick, TRADE, type Trade } from '../../market/records/feed/trade.ts'
import { epochMs } from '../../market/time.ts'
import type { Codec } from './codec.ts'
import { parseJson } from './json-codec.ts'
import { asObject, recordReader } from './record-reader.ts'

const trade = recordReader(TRADE)
const heartbeat = recordReader(HEARTBEAT)
const gapMarker = recordReader(GAP_MARKER)

const decodeSlow = (bytes: Buffer): Tick => {
  const value = asObject(parseJson(bytes))
  if (value.kind === undefined) return trade(value)
  if (value.kind === 'heartbeat') return heartbeat(value)
  if (value.kind === 'gap') return gapMarker(value)
  throw new TickstreamError('TS-DATA', `kind: ${JSON.stringify(value.kind)} is unknown`)
}

/** The instrument in `{"exchange":"…","symbol":"…`, by exactly that text; a stream has few of them. */
const instruments = new Map<string, { readonly exchange: string; readonly symbol: string }>()
const MAX_INSTRUMENTS = 10_000
const HEAD = /^\{"exchange":"([a-z][a-z0-9-]*)","symbol":"([ !#-[\]-~\u0080-\u00ff]+)$/
const NOT_UTF8 = '\uFFFD'

/** Names beyond ASCII; the line holds a byte a character. Text that is no UTF-8 is left to the full check. */
const nameOf = (bytes: string): string | undefined => {
  const name = Buffer.from(bytes, 'latin1').toString('utf8')
  return name.includes(NOT_UTF8) ? undefined : name
}

const instrumentOf = (head: string) => {
  const known = instruments.get(head)
  if (known) return known
  const match = HEAD.exec(head)
  if (!match) return undefined
  if (instruments.size >= MAX_INSTRUMENTS) instruments.clear()
  const symbol = nameOf(match[2]!)
  if (!isSymbol(symbol)) return undefined
  const instrument = { exchange: match[1]!, symbol }
  instruments.set(head, instrument)
  return instrument
}

const ID = '","id":"'
const PRICE = '","price":"'
const QUANTITY = '","quantity":"'
const TIME = '","time":'
const RECEIVED = ',"receivedAt":'
const BUY_STREAM = ',"side":"buy","via":"stream"}'
const SELL_STREAM = ',"side":"sell","via":"stream"}'
const BUY_HISTORY = ',"side":"buy","via":"history"}'
const SELL_HISTORY = ',"side":"sell","via":"history"}'
const ZERO = 48
const MILLIS_DIGITS = 13

/** 13 digits at `at`, or NaN. */
const millisAt = (line: string, at: number): number => {
  let value = 0
  for (let i = at; i < at + MILLIS_DIGITS; i++) {
    const digit = line.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

const isDigits = (line: string, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) if (line.charCodeAt(i) < 48 || line.charCodeAt(i) > 57) return false
  return to > from
}

/** Longer ones are left to the full check. */
const MAX_DIGITS = 300

/** True for digits, with at most one point inside and no needless zero: canonical, as our own ingest writes them. */
const isCanonicalAt = (line: string, from: number, to: number): boolean => {
  if (to - from > MAX_DIGITS) return false
  let point = -1
  for (let i = from; i < to; i++) {
    const code = line.charCodeAt(i)
    if (code === 46 && point < 0) point = i
    else if (code < 48 || code > 57) return false
  }
  const wholeEnd = point < 0 ? to : point
  if (wholeEnd === from || (wholeEnd > from + 1 && line.charCodeAt(from) === 48)) return false
  return point < 0 || (to > point + 1 && line.charCodeAt(to - 1) !== 48)
}

/** A trade exactly as `JSON.stringify` writes it; undefined for anything else, which then takes the slow path. */
const decodeFast = (line: string): Trade | undefined => {
  const headEnd = line.indexOf(ID, 24)
  if (headEnd < 0) return undefined
  const idAt = headEnd + ID.length
  const idEnd = line.indexOf('"', idAt)
  if (!isDigits(line, idAt, idEnd) || !line.startsWith(PRICE, idEnd)) return undefined
  const priceAt = idEnd + PRICE.length
  const priceEnd = line.indexOf('"', priceAt)
  if (!line.startsWith(QUANTITY, priceEnd) || !isCanonicalAt(line, priceAt, priceEnd)) return undefined
  if (priceEnd === priceAt + 1 && line.charCodeAt(priceAt) === ZERO) return undefined
  const quantityAt = priceEnd + QUANTITY.length
  const quantityEnd = line.indexOf('"', quantityAt)
  if (!line.startsWith(TIME, quantityEnd) || !isCanonicalAt(line, quantityAt, quantityEnd)) return undefined
  const timeAt = quantityEnd + TIME.length
  const receivedAt = timeAt + MILLIS_DIGITS + RECEIVED.length
  if (!line.startsWith(RECEIVED, timeAt + MILLIS_DIGITS)) return undefined
  return build(
    line,
    headEnd,
    line.slice(idAt, idEnd),
    line.slice(priceAt, priceEnd),
    line.slice(quantityAt, quantityEnd),
    timeAt,
    receivedAt
  )
}

const EARLIEST = 1_000_000_000_000

const build = (
  line: string,
  headEnd: number,
  id: string,
  price: string,
  quantity: string,
  timeAt: number,
  receivedAtAt: number
): Trade | undefined => {
  const instrument = instrumentOf(line.slice(0, headEnd))
  const time = millisAt(line, timeAt)
  const receivedAt = millisAt(line, receivedAtAt)
  const tail = receivedAtAt + MILLIS_DIGITS
  const rest = line.length - tail
  const side = line.startsWith(',"side":"buy"', tail) ? 'buy' : 'sell'
  const via = line.startsWith('history"}', line.length - 9) ? 'history' : 'stream'
  const expected =
    side === 'buy' ? (via === 'stream' ? BUY_STREAM : BUY_HISTORY) : via === 'stream' ? SELL_STREAM : SELL_HISTORY
  if (
    !instrument ||
    !(time >= EARLIEST) ||
    !(receivedAt >= EARLIEST) ||
    rest !== expected.length ||
    !line.startsWith(expected, tail)
  )
    return undefined
  return {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    id,
    price,
    quantity,
    time: epochMs(time),
    receivedAt: epochMs(receivedAt),
    side,
    via
  }
}

/** The hot path reads a trade as our ingest writes it; anything else is read by its table, with which the path agrees (tested). */
export const tickCodec: Codec<Tick> = {
  encode: tick => JSON.stringify(tick),
  decode: bytes => decodeFast(bytes.toString('latin1')) ?? decodeSlow(bytes)
}

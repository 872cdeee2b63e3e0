import { isDecimal } from '../../market/decimal.ts'
import { type InEpoch, inEpoch } from '../../market/epoch.ts'
import { TickstreamError } from '../../market/error.ts'
import { type Instrument, instrumentOf, isExchange, isSymbol } from '../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../market/interval.ts'
import { parseSize } from '../../market/parse-decimal.ts'
import type { Candle } from '../../market/records/derived/candle.ts'
import { type EpochMs, isEpochMs } from '../../market/time.ts'

/** Reads the fields of one decoded JSON object; each reader throws `TS-DATA` that names the field. */
export type Fields = Readonly<Record<string, unknown>>

const fail = (name: string, value: unknown, wanted: string): never => {
  throw new TickstreamError('TS-DATA', `${name}: ${JSON.stringify(value)?.slice(0, 80)} is not ${wanted}`)
}

export const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : fail('record', value, 'an object')

export const text = (of: Fields, name: string): string => {
  const value = of[name]
  return typeof value === 'string' && value.length > 0 ? value : fail(name, value, 'text')
}

/** What a record is of: names that no instrument can have would make keys, files and records that nobody can read. */
export const instrument = (of: Fields): Instrument => {
  const { exchange, symbol } = of
  if (!isExchange(exchange)) return fail('exchange', exchange, 'an exchange, such as binance')
  return isSymbol(symbol) ? { exchange, symbol } : fail('symbol', symbol, 'a symbol, such as BTC/USDT')
}

/** An instrument by its key. */
export const instrumentName = (of: Fields, name: string): string => {
  const value = text(of, name)
  return instrumentOf(value) ? value : fail(name, value, 'an instrument, such as binance:BTC/USDT')
}

/** A trade's number, as text; -1 stands before the first. */
export const wholeId = (of: Fields, name: string): string => {
  const value = of[name]
  const isWhole = typeof value === 'string' && /^(-1|\d{1,16})$/.test(value) && Number.isSafeInteger(Number(value))
  return isWhole ? value : fail(name, value, 'a whole number as text')
}

export const decimal = (of: Fields, name: string): string => {
  const value = of[name]
  return isDecimal(value) ? value : fail(name, value, 'a canonical decimal')
}

/** What an exchange printed: canonical, and within the rule for sizes. */
export const size = (of: Fields, name: string): string => {
  const text = decimal(of, name)
  return parseSize(text) === text ? text : fail(name, text, 'a size that a number can hold')
}

/** A size above 0. */
export const price = (of: Fields, name: string): string => {
  const text = size(of, name)
  return text === '0' ? fail(name, text, 'a price above 0') : text
}

export const time = (of: Fields, name: string): EpochMs => {
  const value = of[name]
  return isEpochMs(value) ? value : fail(name, value, 'a time in epoch milliseconds')
}

/** The window of a candle, `[openTime, closeTime)`, on the grid of its interval. */
export const window = (of: Fields, interval: Interval): Pick<Candle, 'openTime' | 'closeTime'> => {
  const [begin, closeTime] = [openTime(of, interval), time(of, 'closeTime')]
  if (closeTime !== begin + INTERVAL_MS[interval])
    return fail('closeTime', closeTime, `the end of a candle of ${interval} that begins at ${begin}`)
  return { openTime: begin, closeTime }
}

/** The beginning of a window of an interval. */
export const openTime = (of: Fields, interval: Interval): EpochMs => {
  const value = time(of, 'openTime')
  return value % INTERVAL_MS[interval] === 0
    ? value
    : fail('openTime', value, `the beginning of a candle of ${interval}`)
}

export const count = (of: Fields, name: string): number => {
  const value = of[name]
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : fail(name, value, 'a whole number')
}

/** A whole number that may be below 0. */
export const whole = (of: Fields, name: string): number => {
  const value = of[name]
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : fail(name, value, 'a whole number')
}

export const list = (of: Fields, name: string): readonly unknown[] => {
  const value = of[name]
  return Array.isArray(value) ? value : fail(name, value, 'a list')
}

/** A derived statistic: any finite number. */
export const figure = (of: Fields, name: string): number => {
  const value = of[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : fail(name, value, 'a number')
}

export const flag = (of: Fields, name: string): boolean => {
  const value = of[name]
  return typeof value === 'boolean' ? value : fail(name, value, 'true or false')
}

export const oneOf = <T extends string>(of: Fields, name: string, allowed: readonly T[]): T => {
  const value = of[name]
  return allowed.find(word => word === value) ?? fail(name, value, `one of ${allowed.join(', ')}`)
}

/** A field that is left out where it says nothing; tables, which have a cell for it, say null. */
export const optional = <Name extends string, T>(
  of: Fields,
  name: Name,
  read: (of: Fields, name: string) => T
): { readonly [Field in Name]?: T } =>
  of[name] === undefined || of[name] === null ? {} : ({ [name]: read(of, name) } as { [Field in Name]: T })

/** Which epoch of ids a record is of; those of the first do not say so. */
export const epoch = (of: Fields): InEpoch => inEpoch(optional(of, 'epoch', count).epoch ?? 0)

/** A mark that is there or not. */
export const standIn = (of: Fields): { readonly standIn?: true } => (of.standIn === true ? { standIn: true } : {})

export const orNull = <T>(of: Fields, name: string, read: (of: Fields, name: string) => T): T | null =>
  of[name] === null ? null : read(of, name)

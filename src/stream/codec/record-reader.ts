import { isDecimal } from '../../market/decimal.ts'
import { TickstreamError } from '../../market/error.ts'
import { instrumentOf, isExchange, isSymbol } from '../../market/instrument.ts'
import { INTERVAL_MS, INTERVALS, type Interval } from '../../market/interval.ts'
import { parseSize } from '../../market/parse-decimal.ts'
import { type FieldFacts, factsOf, type Kind, type RecordTable, type TableFacts } from '../../market/records/fields.ts'
import { isEpochMs } from '../../market/time.ts'

/** One decoded JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Reads the value of a field. Throws `TS-DATA` that names the field. */
type Read = (value: unknown, name: string, field: FieldFacts, object: JsonObject) => unknown

const fail = (name: string, value: unknown, wanted: string): never => {
  throw new TickstreamError('TS-DATA', `${name}: ${JSON.stringify(value)?.slice(0, 80)} is not ${wanted}`)
}

export const asObject = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : fail('record', value, 'an object')

/** Takes a value of which something holds. */
const where =
  <T>(holds: (value: unknown) => value is T, wanted: string) =>
  (value: unknown, name: string): T =>
    holds(value) ? value : fail(name, value, wanted)

const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0
const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value)
const isCount = (value: unknown): value is number => isWhole(value) && value >= 0
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'
const isInstrumentKey = (value: unknown): value is string => isText(value) && instrumentOf(value) !== null
const isWholeId = (value: unknown): value is string =>
  typeof value === 'string' && /^(-1|\d{1,16})$/.test(value) && Number.isSafeInteger(Number(value))
const isLevel = (value: unknown): boolean => Array.isArray(value) && value.length === 2 && value.every(isDecimal)
const isLevels = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.every(isLevel)

export const text = where(isText, 'text')
export const count = where(isCount, 'a whole number')
export const time = where(isEpochMs, 'a time in epoch milliseconds')
const decimal = where(isDecimal, 'a canonical decimal')

const size = (value: unknown, name: string): string => {
  const text = decimal(value, name)
  return parseSize(text) === text ? text : fail(name, text, 'a size that a number can hold')
}

const price = (value: unknown, name: string): string => {
  const text = size(value, name)
  return text === '0' ? fail(name, text, 'a price above 0') : text
}

const oneOf = <T extends string>(value: unknown, name: string, words: readonly T[]): T => {
  for (const word of words) if (word === value) return word
  return fail(name, value, `one of ${words.join(', ')}`)
}

const intervalOf = ({ interval }: JsonObject): Interval => oneOf(interval, 'interval', INTERVALS)

const openTime: Read = (value, name, _, object) => {
  const [begin, interval] = [time(value, name), intervalOf(object)]
  return begin % INTERVAL_MS[interval] === 0 ? begin : fail(name, begin, `the beginning of a candle of ${interval}`)
}

const closeTime: Read = (value, name, _, object) => {
  const [begin, interval] = [time(object.openTime, 'openTime'), intervalOf(object)]
  return time(value, name) === begin + INTERVAL_MS[interval]
    ? value
    : fail(name, value, `the end of a candle of ${interval} that begins at ${begin}`)
}

const inner: Read = (value, name, { table }) => (table ? readerOf(table)(value) : fail(name, value, 'a record'))

const word: Read = (value, name, { words }) => oneOf(value, name, words ?? [])

const list =
  (read: Read): Read =>
  (value, name, field, object) =>
    Array.isArray(value) ? value.map(item => read(item, name, field, object)) : fail(name, value, 'a list')

/** Names that no instrument can have are refused: they would make keys, files and records that nobody can read. */
const READS: Readonly<Record<Kind, Read>> = {
  exchange: where(isExchange, 'an exchange, such as binance'),
  symbol: where(isSymbol, 'a symbol, such as BTC/USDT'),
  instrument: where(isInstrumentKey, 'an instrument, such as binance:BTC/USDT'),
  text,
  prose: text,
  id: text,
  wholeId: where(isWholeId, 'a whole number as text'),
  decimal,
  size,
  price,
  time,
  openTime,
  closeTime,
  count,
  epoch: count,
  whole: where(isWhole, 'a whole number'),
  number: where(isNumber, 'a number'),
  flag: where(isFlag, 'true or false'),
  mark: value => value,
  word,
  words: list(word),
  record: inner,
  records: list(inner),
  levels: where(isLevels, 'a list of levels')
}

/** Values with which a record says what it says without the field. Tables, which have a cell for it, say null. */
const isSilent = (value: unknown, { kind }: FieldFacts): boolean =>
  kind === 'mark' ? value !== true : value === undefined || value === null || (kind === 'epoch' && value === 0)

const readerOf = ({ fields, check }: TableFacts): ((value: unknown) => JsonObject) => {
  const reads = Object.entries(fields).map(([name, field]) => {
    const { kind, presence } = field
    return { name, field, read: READS[kind], isNullable: presence === 'nullable', isOptional: presence === 'optional' }
  })
  return value => {
    const object = asObject(value)
    const record: Record<string, unknown> = {}
    for (const { name, field, read, isNullable, isOptional } of reads) {
      const value = object[name]
      if (isOptional && isSilent(value, field)) continue
      record[name] = isNullable && value === null ? null : read(value, name, field, object)
    }
    const problem = check?.(record as never) ?? null
    if (problem !== null) throw new TickstreamError('TS-DATA', problem)
    return record
  }
}

/**
 * Reads a record from decoded JSON by its table: the fields that the table has, in its order, and no others. Throws `TS-DATA` that names
 * the bad field.
 */
export const recordReader = <R>(table: RecordTable<R>): ((value: unknown) => R) =>
  readerOf(factsOf(table)) as (value: unknown) => R

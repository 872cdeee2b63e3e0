import fc from 'fast-check'
import { INTERVAL_MS, type Interval } from '../../src/market/interval.ts'
import {
  type FieldFacts,
  factsOf,
  type Kind,
  type RecordTable,
  type TableFacts
} from '../../src/market/records/fields.ts'
import { DAY } from './market.ts'

const DAY_MS = 86_400_000

const money = fc.integer({ min: 0, max: 1e9 }).map(n => String(n / 1e4).replace(/e.*/, ''))
const instrument = fc.constantFrom('binance:BTC/USDT', 'sim:ÄÖ/币')
const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter(value => !value.includes('\0'))
const time = fc.integer({ min: -1e9, max: 1e9 }).map(ms => DAY + ms)
const level = fc.tuple(money, money)

const VALUES: Readonly<Record<Kind, (field: FieldFacts) => fc.Arbitrary<unknown>>> = {
  exchange: () => fc.constantFrom('binance', 'sim'),
  symbol: () => fc.constantFrom('BTC/USDT', 'ÄÖ/币'),
  instrument: () => instrument,
  text: () => text,
  prose: () => text,
  id: () => fc.nat().map(String),
  wholeId: () => fc.integer({ min: -1 }).map(String),
  decimal: () => money,
  size: () => money,
  price: () => money.filter(value => value !== '0'),
  time: () => time,
  openTime: () => fc.integer({ min: 0, max: 99 }).map(day => DAY + day * DAY_MS),
  closeTime: () => time,
  count: () => fc.nat({ max: 1e8 }),
  epoch: () => fc.integer({ min: 1, max: 9 }),
  whole: () => fc.integer(),
  number: () => fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0),
  flag: () => fc.boolean(),
  mark: () => fc.constant(true),
  word: ({ words }) => fc.constantFrom(...(words ?? [])),
  words: ({ words }) => fc.subarray([...(words ?? [])]),
  record: ({ table }) => anyOf(table!),
  records: ({ table }) => fc.array(anyOf(table!), { maxLength: 3 }),
  levels: () => fc.array(level, { maxLength: 3 })
}

const LEFT_OUT = Symbol('left out')

const anyValue = (field: FieldFacts): fc.Arbitrary<unknown> => {
  const value = VALUES[field.kind](field)
  if (field.presence === 'always') return value
  return fc.option(value, { nil: field.presence === 'nullable' ? null : LEFT_OUT })
}

type Values = Readonly<Record<string, unknown>>

/** What single fields do not show: the end of a window, the ids of a gap, and the one subject of an alert. */
const fitting = (record: Values): Values => {
  const { openTime, interval, closeTime, count, fromId, pair, instrument: _, ...rest } = record
  if (closeTime !== undefined) return { ...record, closeTime: Number(openTime) + INTERVAL_MS[interval as Interval] }
  if (count !== undefined && fromId !== undefined)
    return { ...record, count: Number(count) + 1, toId: String(Number(fromId) + Number(count)) }
  return 'rule' in rest ? { ...record, pair: LEFT_OUT, instrument: pair === LEFT_OUT ? 'sim:A/B' : pair } : record
}

const anyOf = ({ fields }: TableFacts): fc.Arbitrary<Values> =>
  fc
    .record(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, anyValue(field)])))
    .map(record => Object.fromEntries(Object.entries(fitting(record)).filter(([, value]) => value !== LEFT_OUT)))

/** Any record that its table allows. */
export const anyRecord = <R>(table: RecordTable<R>): fc.Arbitrary<R> => anyOf(factsOf(table)) as fc.Arbitrary<R>

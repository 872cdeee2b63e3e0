import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { INTERVALS, type Interval } from '../../src/market/interval.ts'
import {
  CLOSE_TIME,
  count,
  decimal,
  EPOCH,
  flag,
  INSTRUMENT,
  id,
  levels,
  mark,
  nullable,
  number,
  OPEN_TIME,
  optional,
  prose,
  type RecordTable,
  record,
  records,
  time,
  whole,
  word,
  words
} from '../../src/market/records/fields.ts'
import type { EpochMs } from '../../src/market/time.ts'
import { recordCodec } from '../../src/stream/codec/json-codec.ts'
import { rowCodec } from '../../src/stream/codec/row-codec.ts'
import { anyRecord } from '../support/any-record.ts'

type Inner = { readonly name: string; readonly size?: number }

type Sample = {
  readonly exchange: string
  readonly symbol: string
  readonly interval: Interval
  readonly openTime: EpochMs
  readonly closeTime: EpochMs
  readonly lastId: string | null
  readonly price: string
  readonly seenAt?: EpochMs
  readonly prints?: number
  readonly change: number
  readonly zScore: number | null
  readonly final: boolean
  readonly side?: 'buy' | 'sell'
  readonly flags?: readonly ('block' | 'auction')[]
  readonly message: string
  readonly inner: Inner
  readonly parts: readonly Inner[]
  readonly bids: readonly (readonly [price: string, quantity: string])[]
  readonly stale?: true
  readonly epoch?: number
}

const INNER: RecordTable<Inner> = {
  name: 'Inner',
  doc: 'A record inside',
  fields: { name: id('its name'), size: optional(count('its size'), 'it is known') }
}

const SAMPLE: RecordTable<Sample> = {
  name: 'Sample',
  doc: 'A record with a field of every kind',
  fields: {
    ...INSTRUMENT,
    interval: word(INTERVALS, 'length'),
    openTime: OPEN_TIME,
    closeTime: CLOSE_TIME,
    lastId: nullable(id('newest id'), 'none was heard of'),
    price: decimal('price', 'quote currency'),
    seenAt: optional(time('when it was seen'), 'it was seen'),
    prints: optional(count('prints in it', 'prints'), 'they are known'),
    change: whole('how it changed'),
    zScore: nullable(number('its deviation'), 'undefined'),
    final: flag('true: it is final'),
    side: optional(word(['buy', 'sell'], 'the taker’s side'), 'it is known'),
    flags: optional(words(['block', 'auction'], 'what is special'), 'something is'),
    message: prose('the same in words'),
    inner: record(INNER, 'one inside'),
    parts: records(INNER, 'several inside'),
    bids: levels('levels'),
    stale: mark('nothing is known', 'it is being built anew'),
    epoch: EPOCH
  }
}

/** A value as the client reads it from its column. */
const asRead = (type: string, value: unknown): unknown => {
  if (value === null) return null
  if (type === 'timestamptz') return Date.parse(String(value))
  if (type === 'jsonb') return JSON.parse(String(value))
  return type === 'bigint' ? String(value) : value
}

test('a record of every kind of field is read from JSON as it was written', () => {
  const { encode, decode } = recordCodec(SAMPLE)
  fc.assert(
    fc.property(anyRecord(SAMPLE), sample => {
      expect(encode(decode(Buffer.from(encode(sample))))).toBe(JSON.stringify(sample))
    })
  )
})

test('a record of every kind of field is read from its row as it was written, but for its mark', () => {
  const { columns, decode } = rowCodec(SAMPLE)
  fc.assert(
    fc.property(anyRecord(SAMPLE), sample => {
      const { stale: _, ...kept } = sample
      const row = columns.map(({ type, read: of }) => asRead(type, of(sample)))
      expect(JSON.stringify(decode(row))).toBe(JSON.stringify(kept))
    })
  )
})

test('columns are called as the fields, in snake_case, and times are selected as epoch milliseconds', () => {
  const { columns, select } = rowCodec(SAMPLE)
  expect(columns.map(({ name }) => name).slice(3, 7)).toEqual(['open_time', 'close_time', 'last_id', 'price'])
  expect(select.slice(3, 6)).toEqual([
    '(extract(epoch from "open_time") * 1000)::bigint',
    '(extract(epoch from "close_time") * 1000)::bigint',
    '"last_id"'
  ])
})

test('a word that the database holds and the table does not have is named', () => {
  const { columns, decode } = rowCodec(SAMPLE)
  const row = columns.map(({ name }) => (name === 'interval' ? '2m' : name === 'epoch' ? 0 : null))
  expect(() => decode(row)).toThrow(/interval 2m in the database is not one of 1s, 5s/)
})

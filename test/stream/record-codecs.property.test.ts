import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ALERT, type Alert } from '../../src/market/records/alert/alert.ts'
import { ALERT_CLOCK } from '../../src/market/records/alert/alert-clock.ts'
import { ALERT_RETRY } from '../../src/market/records/alert/alert-retry.ts'
import { CANDLE } from '../../src/market/records/derived/candle.ts'
import { COMPOSITE } from '../../src/market/records/derived/composite.ts'
import { INDICATORS } from '../../src/market/records/derived/indicators.ts'
import { KPI } from '../../src/market/records/derived/kpi.ts'
import { PAIR_LEG } from '../../src/market/records/derived/pair-leg.ts'
import { PAIR_STATS } from '../../src/market/records/derived/pair-stats.ts'
import { VERIFICATION } from '../../src/market/records/derived/verification.ts'
import { BACKFILL_POSITION } from '../../src/market/records/feed/backfill-position.ts'
import { BOOK_TOP } from '../../src/market/records/feed/book.ts'
import { EXCHANGE_KLINE } from '../../src/market/records/feed/exchange-kline.ts'
import { GAP } from '../../src/market/records/feed/gap.ts'
import { INSTRUMENT_FACTS } from '../../src/market/records/feed/instrument-facts.ts'
import { KLINE_POSITION } from '../../src/market/records/feed/kline-position.ts'
import { LISTING } from '../../src/market/records/feed/listing.ts'
import { POSITION } from '../../src/market/records/feed/position.ts'
import { RAW_FRAMES } from '../../src/market/records/feed/raw-frames.ts'
import { TICKER } from '../../src/market/records/feed/ticker.ts'
import { GAP_MARKER, HEARTBEAT, TRADE } from '../../src/market/records/feed/trade.ts'
import type { RecordTable } from '../../src/market/records/fields.ts'
import { recordReader } from '../../src/stream/codec/record-reader.ts'
import type { Topic } from '../../src/stream/topic.ts'
import * as topics from '../../src/topics.ts'
import { anyRecord } from '../support/any-record.ts'

type Described = { readonly table: RecordTable<never>; readonly codec: Topic<never>['codec'] }

const described = <T, R extends T>({ codec }: Topic<T>, table: RecordTable<R>): Described =>
  ({ table, codec }) as unknown as Described

const all: readonly (readonly [string, Described])[] = [
  described(topics.rawTicks, TRADE),
  described(topics.rawTicks, HEARTBEAT),
  described(topics.rawTicks, GAP_MARKER),
  described(topics.rawBooks, BOOK_TOP),
  described(topics.rawTickers, TICKER),
  described(topics.candles['1m'], CANDLE),
  described(topics.exchangeKlines, EXCHANGE_KLINE),
  described(topics.kpis, KPI),
  described(topics.indicators, INDICATORS),
  described(topics.composites, COMPOSITE),
  described(topics.compositeLegs, CANDLE),
  described(topics.pairLegs, PAIR_LEG),
  described(topics.pairs, PAIR_STATS),
  described(topics.verifications, VERIFICATION),
  described(topics.gaps, GAP),
  described(topics.listings, LISTING),
  described(topics.instruments, INSTRUMENT_FACTS),
  described(topics.rawFrames, RAW_FRAMES),
  described(topics.ingestState, POSITION),
  described(topics.ingestKlinesState, KLINE_POSITION),
  described(topics.backfillState, BACKFILL_POSITION),
  described(topics.alerts, ALERT),
  described(topics.alertRetries, ALERT_RETRY),
  described(topics.alertClock, ALERT_CLOCK)
].map(one => [one.table.name, one] as const)

const RUNS = { numRuns: 50 }

describe.each(all)('any %s', (_name, { table, codec }) => {
  const decoded = (value: unknown): unknown => codec.decode(Buffer.from(JSON.stringify(value)))
  const fields = Object.entries<{ readonly presence: string }>(table.fields)

  test('is read as it was written, and written in the order of its table', () => {
    fc.assert(
      fc.property(anyRecord(table), record => {
        const read = codec.decode(Buffer.from(codec.encode(record)))
        expect(read).toEqual(record)
        expect(codec.encode(read)).toBe(JSON.stringify(record))
        expect(codec.encode(record)).toBe(JSON.stringify(record))
      }),
      RUNS
    )
  })

  test('is read the same whatever else stands in it, and however its fields are ordered', () => {
    fc.assert(
      fc.property(anyRecord<object>(table as RecordTable<object>), record => {
        const turned = Object.fromEntries([['added', 1], ...Object.entries(record).reverse()])
        expect(JSON.stringify(decoded(turned))).toBe(JSON.stringify(record))
      }),
      RUNS
    )
  })

  test('is refused without a field that is always there, by its name', () => {
    const [record] = fc.sample(anyRecord<object>(table as RecordTable<object>), { numRuns: 1, seed: 1 })
    for (const [name, { presence }] of fields) {
      const { [name]: _, ...rest } = record as Record<string, unknown>
      if (presence === 'optional' || (name === 'kind' && !('state' in rest))) continue
      expect(() => decoded(rest)).toThrow(new RegExp(`^(?:${name}|record):`))
      if (presence === 'always')
        expect(() => decoded({ ...rest, [name]: null })).toThrow(new RegExp(`^(?:${name}|record):`))
    }
  })

  test('reads null where an optional field is left out', () => {
    const [record] = fc.sample(anyRecord<object>(table as RecordTable<object>), { numRuns: 1, seed: 1 })
    const absent = fields.filter(([name, { presence }]) => presence === 'optional' && !(name in record!))
    expect(decoded({ ...record, ...Object.fromEntries(absent.map(([name]) => [name, null])) })).toEqual(record)
  })
})

test('a trade is read by the fast path as its table reads it, and refused where that refuses', () => {
  const read = recordReader(TRADE)
  const outcome = (decode: () => unknown): unknown => {
    try {
      return JSON.stringify(decode())
    } catch {
      return 'refused'
    }
  }
  const changed = fc.record({
    trade: anyRecord(TRADE),
    field: fc.constantFrom(...Object.keys(TRADE.fields)),
    value: fc.constantFrom(0, 1, '', '0', '01', '1.0', '1e5', '-1', 'buy', null, 1.5, 1_723_161_600_000)
  })
  fc.assert(
    fc.property(changed, ({ trade, field, value }) => {
      const text = JSON.stringify({ ...trade, [field]: value })
      expect(outcome(() => topics.rawTicks.codec.decode(Buffer.from(text)))).toBe(outcome(() => read(JSON.parse(text))))
    }),
    { numRuns: 2_000 }
  )
})

test('a bad field is named, with what it should be', () => {
  const [candle] = fc.sample(anyRecord(CANDLE), 1)
  const bytes = Buffer.from(JSON.stringify({ ...candle, close: '1e5' }))
  expect(() => topics.candles['1m'].codec.decode(bytes)).toThrow(/close: "1e5" is not a canonical decimal/)
})

test.each([
  ['both', { instrument: 'sim:A/B', pair: 'sim:A/B~sim:C/D' }],
  ['neither', {}]
])('an alert that is about an instrument and about a pair, %s, is refused', (_name, subject) => {
  const [alert] = fc.sample(anyRecord(ALERT), 1)
  const { instrument: _instrument, pair: _pair, ...rest } = alert as Alert & { instrument?: string; pair?: string }
  const bytes = Buffer.from(JSON.stringify({ ...rest, ...subject }))
  expect(() => topics.alerts.codec.decode(bytes)).toThrow('about an instrument or about a pair')
})

import type { Instrument } from '../../market/instrument.ts'
import { ALERT, type Alert } from '../../market/records/alert/alert.ts'
import type { DeadLetter } from '../../market/records/dead-letter.ts'
import { CANDLE, type Candle } from '../../market/records/derived/candle.ts'
import { COMPOSITE, type Composite } from '../../market/records/derived/composite.ts'
import { INDICATORS, type Indicators } from '../../market/records/derived/indicators.ts'
import { KPI, type Kpi } from '../../market/records/derived/kpi.ts'
import { PAIR_STATS, type PairStats } from '../../market/records/derived/pair-stats.ts'
import { VERIFICATION, type Verification } from '../../market/records/derived/verification.ts'
import { GAP, type Gap } from '../../market/records/feed/gap.ts'
import { INSTRUMENT_FACTS, type InstrumentFacts } from '../../market/records/feed/instrument-facts.ts'
import { type RowColumn, rowCodec, storable } from '../../stream/codec/row-codec.ts'
import type { Received } from '../../stream/sink.ts'
import type { Table } from './table.ts'

const column = <T>(name: string, type: string, read: (value: T) => unknown): RowColumn<T> => ({
  name,
  type,
  read
})

/** A row gives way to a higher revision only, so what is written again changes nothing. */
export const candleTable: Table<Candle> = {
  name: 'candles',
  stamp: 'revision',
  key: ['exchange', 'symbol', 'interval', 'open_time'],
  onConflict: { replaceWhen: 'candles.revision < excluded.revision' },
  columns: rowCodec(CANDLE).columns
}

/** PostgreSQL makes these of the symbol, also of an instrument that no list has told of. */
const OF_SYMBOL: readonly string[] = ['base', 'quote']

/** What the list told last. */
export const instrumentTable: Table<InstrumentFacts> = {
  name: 'instruments',
  key: ['exchange', 'symbol'],
  onConflict: { replaceWhen: 'instruments.checked_at is null or instruments.checked_at <= excluded.checked_at' },
  columns: rowCodec(INSTRUMENT_FACTS).columns.filter(({ name }) => !OF_SYMBOL.includes(name))
}

/** The same rows, for instruments of which nothing is told but that there are records. */
export const instrumentNameTable: Table<Instrument> = {
  name: 'instruments',
  key: ['exchange', 'symbol'],
  onConflict: 'keep',
  columns: [
    column('exchange', 'text', instrument => instrument.exchange),
    column('symbol', 'text', instrument => instrument.symbol)
  ]
}

/** A row gives way to the same or a higher revision. */
export const indicatorTable: Table<Indicators> = {
  name: 'indicators',
  stamp: 'revision',
  key: ['exchange', 'symbol', 'interval', 'open_time'],
  onConflict: { replaceWhen: 'indicators.revision <= excluded.revision' },
  columns: rowCodec(INDICATORS).columns
}

/** One line of the newest candle that both have, a method. */
export const pairTable: Table<PairStats> = {
  name: 'pair_stats',
  key: ['a', 'b', 'interval', 'open_time', 'window', 'method'],
  onConflict: { replaceWhen: 'true' },
  columns: rowCodec(PAIR_STATS).columns
}

/** A row gives way to the same or a higher revision. */
export const compositeTable: Table<Composite> = {
  name: 'composites',
  key: ['symbol', 'simulated', 'interval', 'open_time'],
  onConflict: { replaceWhen: 'composites.revision <= excluded.revision' },
  columns: rowCodec(COMPOSITE).columns
}

/** The KPIs of a moment are written once; should they come again, the later ones are those of a newer computation. */
export const kpiTable: Table<Kpi> = {
  name: 'kpis',
  key: ['exchange', 'symbol', 'time'],
  onConflict: { replaceWhen: 'true' },
  columns: rowCodec(KPI).columns
}

/** A row gives way to the same or a higher revision; what never found its counterpart, to any. */
export const verificationTable: Table<Verification> = {
  name: 'verifications',
  stamp: 'revision',
  key: ['exchange', 'symbol', 'interval', 'open_time'],
  onConflict: { replaceWhen: 'verifications.revision <= excluded.revision' },
  columns: rowCodec(VERIFICATION).columns
}

/** An alert and its end are a row each. */
export const alertTable: Table<Alert> = {
  name: 'alerts',
  key: ['id', 'state'],
  onConflict: { replaceWhen: 'true' },
  columns: rowCodec(ALERT).columns
}

/** The records of a gap stand in one partition, in order: what comes later is what is known now. */
export const gapTable: Table<Gap> = {
  name: 'gaps',
  key: ['exchange', 'symbol', 'epoch', 'from_id'],
  onConflict: { replaceWhen: 'true' },
  columns: rowCodec(GAP).columns
}

const storableJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storable(part) : part))

/**
 * A dead letter is known by the record that it came in, and by when it was written: a topic made anew has another one at the same offset. Its
 * payload stays what it was, byte for byte.
 */
export const deadLetterTable: Table<Received<DeadLetter>> = {
  name: 'dead_letters',
  key: ['record_topic', 'record_partition', 'record_offset', 'received_at'],
  onConflict: 'keep',
  columns: [
    column('record_topic', 'text', received => received.record.topic),
    column('record_partition', 'integer', received => received.record.partition),
    column('record_offset', 'bigint', received => received.record.offset),
    column('stage', 'text', received => storable(received.value.stage)),
    column('reason', 'text', received => storable(received.value.reason)),
    column('detail', 'text', received => storable(received.value.detail)),
    column('origin', 'jsonb', received => storableJson(received.value.origin)),
    column('received_at', 'timestamptz', received => new Date(received.value.receivedAt).toISOString()),
    column('payload', 'bytea', received => Buffer.from(received.value.payload, 'base64')),
    column('truncated', 'boolean', received => received.value.truncated === true),
    column('size', 'bigint', received => received.value.size ?? null)
  ]
}

/** All that the sink writes rows to. */
export const sinkTables: readonly Table<never>[] = [
  candleTable,
  instrumentTable,
  indicatorTable,
  pairTable,
  compositeTable,
  kpiTable,
  verificationTable,
  alertTable,
  gapTable,
  deadLetterTable
]

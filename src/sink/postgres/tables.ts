import { snakeCase } from '../../market/column-name.ts'
import { epochOf } from '../../market/epoch.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { Alert } from '../../market/records/alert/alert.ts'
import type { DeadLetter } from '../../market/records/dead-letter.ts'
import type { Candle } from '../../market/records/derived/candle.ts'
import { INDICATOR_FIGURES, type Indicators } from '../../market/records/derived/indicators.ts'
import { KPI_FIGURES, type Kpi } from '../../market/records/derived/kpi.ts'
import { PAIR_FIGURES, type PairStats } from '../../market/records/derived/pair-stats.ts'
import type { Verification } from '../../market/records/derived/verification.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import type { EpochMs } from '../../market/time.ts'
import type { Received } from '../../stream/sink.ts'
import type { Column, Table } from './table.ts'

const column = <T>(name: string, type: string, of: (value: T) => unknown): Column<T> => ({ name, type, of })

const instant = (time: EpochMs): string => new Date(time).toISOString()

/** A row gives way to a higher revision only, so what is written again changes nothing. */
export const candleTable: Table<Candle> = {
  name: 'candles',
  key: ['exchange', 'symbol', 'interval', 'open_time'],
  onConflict: { replaceWhen: 'candles.revision < excluded.revision' },
  columns: [
    column('exchange', 'text', c => c.exchange),
    column('symbol', 'text', c => c.symbol),
    column('interval', 'text', c => c.interval),
    column('open_time', 'timestamptz', c => instant(c.openTime)),
    column('close_time', 'timestamptz', c => instant(c.closeTime)),
    column('open', 'numeric', c => c.open),
    column('high', 'numeric', c => c.high),
    column('low', 'numeric', c => c.low),
    column('close', 'numeric', c => c.close),
    column('volume', 'numeric', c => c.volume),
    column('quote_volume', 'numeric', c => c.quoteVolume),
    column('trade_count', 'bigint', c => c.tradeCount),
    column('taker_buy_volume', 'numeric', c => c.takerBuyVolume),
    column('taker_buy_quote_volume', 'numeric', c => c.takerBuyQuoteVolume),
    column('first_trade_id', 'text', c => c.firstTradeId),
    column('last_trade_id', 'text', c => c.lastTradeId),
    column('revision', 'integer', c => c.revision),
    column('final', 'boolean', c => c.final),
    column('status', 'text', c => c.status),
    column('missing', 'integer', c => c.missing ?? null),
    column('epoch', 'integer', epochOf)
  ]
}

export const instrumentTable: Table<Instrument> = {
  name: 'instruments',
  key: ['exchange', 'symbol'],
  onConflict: 'keep',
  columns: [column('exchange', 'text', of => of.exchange), column('symbol', 'text', of => of.symbol)]
}

/** A row gives way to the same or a higher revision. */
export const indicatorTable: Table<Indicators> = {
  name: 'indicators',
  key: ['exchange', 'symbol', 'interval', 'open_time'],
  onConflict: { replaceWhen: 'indicators.revision <= excluded.revision' },
  columns: [
    column('exchange', 'text', of => of.exchange),
    column('symbol', 'text', of => of.symbol),
    column('interval', 'text', of => of.interval),
    column('open_time', 'timestamptz', of => instant(of.openTime)),
    column('final', 'boolean', of => of.final),
    column('revision', 'integer', of => of.revision),
    ...INDICATOR_FIGURES.map(figure => column<Indicators>(snakeCase(figure), 'double precision', of => of[figure]))
  ]
}

/** One line of the newest candle that both have, a method. */
export const pairTable: Table<PairStats> = {
  name: 'pair_stats',
  key: ['a', 'b', 'interval', 'open_time', 'window', 'method'],
  onConflict: { replaceWhen: 'true' },
  columns: [
    column('a', 'text', of => of.a),
    column('b', 'text', of => of.b),
    column('interval', 'text', of => of.interval),
    column('open_time', 'timestamptz', of => instant(of.openTime)),
    column('window', 'integer', of => of.window),
    column('method', 'text', of => of.method),
    ...PAIR_FIGURES.map(figure => column<PairStats>(snakeCase(figure), 'double precision', of => of[figure])),
    column('cointegrated', 'boolean', of => of.cointegrated)
  ]
}

/** The KPIs of a moment are written once; should they come again, the later ones are those of a newer computation. */
export const kpiTable: Table<Kpi> = {
  name: 'kpis',
  key: ['exchange', 'symbol', 'time'],
  onConflict: { replaceWhen: 'true' },
  columns: [
    column('exchange', 'text', kpi => kpi.exchange),
    column('symbol', 'text', kpi => kpi.symbol),
    column('time', 'timestamptz', kpi => instant(kpi.time)),
    ...KPI_FIGURES.map(figure => column<Kpi>(snakeCase(figure), 'double precision', kpi => kpi[figure]))
  ]
}

/** A row gives way to the same or a higher revision; what never found its counterpart, to any. */
export const verificationTable: Table<Verification> = {
  name: 'verifications',
  key: ['exchange', 'symbol', 'interval', 'open_time'],
  onConflict: { replaceWhen: 'verifications.revision <= excluded.revision' },
  columns: [
    column('exchange', 'text', of => of.exchange),
    column('symbol', 'text', of => of.symbol),
    column('interval', 'text', of => of.interval),
    column('open_time', 'timestamptz', of => instant(of.openTime)),
    column('time', 'timestamptz', of => instant(of.time)),
    column('result', 'text', of => of.result),
    column('revision', 'integer', of => of.revision),
    column('differences', 'jsonb', of => JSON.stringify(of.differences)),
    column('verified_to', 'timestamptz', of => (of.verifiedTo === null ? null : instant(of.verifiedTo)))
  ]
}

/** An alert and its end are a row each. */
export const alertTable: Table<Alert> = {
  name: 'alerts',
  key: ['id', 'state'],
  onConflict: { replaceWhen: 'true' },
  columns: [
    column('id', 'text', of => of.id),
    column('rule', 'text', of => of.rule),
    column('kind', 'text', of => of.kind),
    column('priority', 'text', of => of.priority),
    column('instrument', 'text', of => ('instrument' in of ? of.instrument : null)),
    column('pair', 'text', of => ('pair' in of ? of.pair : null)),
    column('time', 'timestamptz', of => instant(of.time)),
    column('value', 'double precision', of => of.value),
    column('threshold', 'double precision', of => of.threshold),
    column('state', 'text', of => of.state),
    column('message', 'text', of => storable(of.message))
  ]
}

/** The records of a hole stand in one partition, in order: what comes later is what is known now. */
export const gapTable: Table<Gap> = {
  name: 'gaps',
  key: ['exchange', 'symbol', 'epoch', 'from_id'],
  onConflict: { replaceWhen: 'true' },
  columns: [
    column('exchange', 'text', gap => gap.exchange),
    column('symbol', 'text', gap => gap.symbol),
    column('from_id', 'text', gap => gap.fromId),
    column('to_id', 'text', gap => gap.toId),
    column('count', 'bigint', gap => gap.count),
    column('detected_at', 'timestamptz', gap => instant(gap.detectedAt)),
    column('status', 'text', gap => gap.status),
    column('cause', 'text', gap => gap.cause),
    column('closed_at', 'timestamptz', gap => (gap.closedAt === null ? null : instant(gap.closedAt))),
    column('reason', 'text', gap => gap.reason ?? null),
    column('http_status', 'integer', gap => gap.httpStatus ?? null),
    column('epoch', 'integer', epochOf)
  ]
}

/** Text that PostgreSQL takes whatever it was: it knows no NUL and no half of a surrogate pair. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')

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
    column('record_topic', 'text', of => of.record.topic),
    column('record_partition', 'integer', of => of.record.partition),
    column('record_offset', 'bigint', of => of.record.offset),
    column('stage', 'text', of => storable(of.value.stage)),
    column('reason', 'text', of => storable(of.value.reason)),
    column('detail', 'text', of => storable(of.value.detail)),
    column('origin', 'jsonb', of => storableJson(of.value.origin)),
    column('received_at', 'timestamptz', of => instant(of.value.receivedAt)),
    column('payload', 'bytea', of => Buffer.from(of.value.payload, 'base64')),
    column('truncated', 'boolean', of => of.value.truncated === true),
    column('size', 'bigint', of => of.value.size ?? null)
  ]
}

/** All that the sink writes rows to. */
export const sinkTables: readonly Table<never>[] = [
  candleTable,
  instrumentTable,
  indicatorTable,
  pairTable,
  kpiTable,
  verificationTable,
  alertTable,
  gapTable,
  deadLetterTable
]

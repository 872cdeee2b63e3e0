import type { Pool, PoolClient } from 'pg'
import { TickstreamError } from '../../market/error.ts'
import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import { INTERVAL_MS, INTERVALS } from '../../market/interval.ts'
import { pairKey } from '../../market/pair.ts'
import type { Alert } from '../../market/records/alert/alert.ts'
import type { Candle } from '../../market/records/derived/candle.ts'
import type { Composite } from '../../market/records/derived/composite.ts'
import type { Indicators } from '../../market/records/derived/indicators.ts'
import type { Kpi } from '../../market/records/derived/kpi.ts'
import type { PairStats } from '../../market/records/derived/pair-stats.ts'
import type { Verification } from '../../market/records/derived/verification.ts'
import { type ExchangeKline, klineCandle } from '../../market/records/feed/exchange-kline.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import type { Received, Sink, SinkBatch } from '../../stream/sink.ts'
import { decodeRecord, type Incoming, type Topic } from '../../stream/topic.ts'
import {
  alerts,
  candles,
  composites,
  deadLetters,
  exchangeKlines,
  gaps,
  indicators,
  instruments,
  kpis,
  pairs,
  verifications
} from '../../topics.ts'
import { newestOf } from '../newest-of.ts'
import { inTransaction } from './in-transaction.ts'
import { advancePositions, readPositions } from './offsets.ts'
import { asTheyAre, type Partitions } from './partition/partitions.ts'
import { placeOf, withoutPast } from './place.ts'
import type { PostgresValue } from './postgres-value.ts'
import { type Table, upsertSql, upsertValues } from './table.ts'
import {
  alertTable,
  candleTable,
  compositeTable,
  deadLetterTable,
  gapTable,
  indicatorTable,
  instrumentNameTable,
  instrumentTable,
  kpiTable,
  pairTable,
  verificationTable
} from './tables.ts'

const OPEN = Buffer.from('"final":false')

/** Most candle records are open ones, and no history: their bytes say so without being parsed. */
const isOpen = (bytes: Buffer): boolean => bytes.includes(OPEN)

const read = (record: Incoming): PostgresValue | null => {
  const { topic: name, value: bytes, timestamp } = record
  if (bytes === null) return null
  const decoded = <T>(topic: Topic<T>): T => decodeRecord(topic, bytes, timestamp)
  if (name === exchangeKlines.name) return exchangeCandle(decoded(exchangeKlines))
  if (name === kpis.name) return { kind: 'kpi', kpi: decoded(kpis) }
  if (name === pairs.name) return { kind: 'pair', stats: decoded(pairs) }
  if (name === composites.name) return { kind: 'composite', composite: decoded(composites) }
  if (name === verifications.name) return { kind: 'verification', verification: decoded(verifications) }
  if (name === alerts.name) return { kind: 'alert', alert: decoded(alerts) }
  if (name === gaps.name) return { kind: 'gap', gap: decoded(gaps) }
  if (name === instruments.name) return { kind: 'instrument', facts: decoded(instruments) }
  if (name === deadLetters.name) return { kind: 'dead letter', letter: decoded(deadLetters) }
  return isOpen(bytes) ? null : readFinal(name, decoded)
}

/** A candle that lacks figures of ours is none to draw beside them. */
const exchangeCandle = (kline: ExchangeKline): PostgresValue | null => {
  const candle = klineCandle(kline)
  return candle && { kind: 'candle', candle }
}

const readFinal = (name: string, decoded: <T>(topic: Topic<T>) => T): PostgresValue | null => {
  if (name === indicators.name) {
    const value = decoded(indicators)
    return value.final ? { kind: 'indicators', indicators: value } : null
  }
  const interval = INTERVALS.find(one => candles[one].name === name)
  const candle = interval && decoded(candles[interval])
  return candle?.final ? { kind: 'candle', candle } : null
}

const closeTime = ({ openTime, interval }: Indicators | PairStats): EpochMs => epochMs(openTime + INTERVAL_MS[interval])

const timeOf = (value: PostgresValue): EpochMs => {
  if (value.kind === 'candle') return value.candle.closeTime
  if (value.kind === 'indicators') return closeTime(value.indicators)
  if (value.kind === 'pair') return closeTime(value.stats)
  if (value.kind === 'composite') return value.composite.closeTime
  if (value.kind === 'verification') return value.verification.time
  if (value.kind === 'kpi') return kpis.time(value.kpi)
  if (value.kind === 'alert') return alerts.time(value.alert)
  if (value.kind === 'gap') return gaps.time(value.gap)
  if (value.kind === 'instrument') return instruments.time(value.facts)
  return deadLetters.time(value.letter)
}

const store = async <T>(client: PoolClient, table: Table<T>, values: readonly T[]): Promise<void> => {
  if (values.length > 0) await client.query(upsertSql(table), upsertValues(table, values))
}

const kpiKey = (kpi: Kpi): string => `${instrumentKey(kpi)} ${kpi.time}`

const pairStatsKey = (stats: PairStats): string =>
  `${pairKey(stats)} ${stats.interval} ${stats.openTime} ${stats.window} ${stats.method}`

const compositeKey = (composite: Composite): string => `${composites.key(composite)} ${composite.openTime}`

const alertKey = ({ id, state }: Alert): string => `${id} ${state}`

const candleKey = (record: Candle | Indicators | Verification): string =>
  `${instrumentKey(record)} ${record.interval} ${record.openTime}`

type Revised = { readonly revision: number }

const isNewer = (current: Revised, next: Revised): boolean => next.revision >= current.revision

const storeAll = async (client: PoolClient, values: readonly Received<PostgresValue>[]): Promise<void> => {
  const finals = newestOf(
    values.flatMap(({ value }) => (value.kind === 'candle' ? [value.candle] : [])),
    candleKey,
    isNewer
  )
  const lines = newestOf(
    values.flatMap(({ value }) => (value.kind === 'indicators' ? [value.indicators] : [])),
    candleKey,
    isNewer
  )
  const statistics = values.flatMap(({ value }) => (value.kind === 'pair' ? [value.stats] : []))
  const acrossVenues = newestOf(
    values.flatMap(({ value }) => (value.kind === 'composite' ? [value.composite] : [])),
    compositeKey,
    isNewer
  )
  const compared = newestOf(
    values.flatMap(({ value }) => (value.kind === 'verification' ? [value.verification] : [])),
    candleKey,
    isNewer
  )
  const raised = values.flatMap(({ value }) => (value.kind === 'alert' ? [value.alert] : []))
  const figures = values.flatMap(({ value }) => (value.kind === 'kpi' ? [value.kpi] : []))
  const found = values.flatMap(({ value }) => (value.kind === 'gap' ? [value.gap] : []))
  const facts = values.flatMap(({ value }) => (value.kind === 'instrument' ? [value.facts] : []))
  const letters = values.flatMap(({ value, record }) =>
    value.kind === 'dead letter' ? [{ value: value.letter, record }] : []
  )
  await store(client, instrumentNameTable, newestOf<Instrument>([...finals, ...lines, ...figures], instrumentKey))
  await store(client, instrumentTable, newestOf(facts, instrumentKey))
  await store(client, candleTable, finals)
  await store(client, indicatorTable, lines)
  await store(client, pairTable, newestOf(statistics, pairStatsKey))
  await store(client, compositeTable, acrossVenues)
  await store(client, verificationTable, compared)
  await store(client, kpiTable, newestOf(figures, kpiKey))
  await store(client, alertTable, newestOf(raised, alertKey))
  await store(client, gapTable, newestOf(found, gaps.key))
  await store(client, deadLetterTable, letters)
}

/** Thrown to roll a transaction back when the positions are not where this owner left them. */
const STALE = new TickstreamError('TS-FENCED', 'another owner has moved the positions')

type Batch = SinkBatch<PostgresValue>

const write = async (pool: Pool, group: string, partitions: Partitions, batch: Batch, signal: AbortSignal) => {
  const { kept, past } = withoutPast(batch, partitions)
  await partitions.prepare(kept.values.flatMap(({ value }) => placeOf(value) ?? []))
  const work = async (client: PoolClient): Promise<'written'> => {
    if (!(await advancePositions(client, group, kept.advances))) throw STALE
    await storeAll(client, kept.values)
    return 'written'
  }
  const outcome = await inTransaction(pool, work, signal).catch(error => {
    if (error === STALE) return 'stale' as const
    throw error
  })
  if (outcome === 'written')
    for (const { ranged } of past) metrics.rowsPast.inc({ table: ranged.table, kept: ranged.kept })
  return outcome
}

/** Topics whose records the database keeps, without the prefix. */
export const postgresTopics: readonly string[] = [
  ...INTERVALS.map(interval => candles[interval].name),
  exchangeKlines.name,
  indicators.name,
  kpis.name,
  pairs.name,
  composites.name,
  verifications.name,
  alerts.name,
  gaps.name,
  instruments.name,
  deadLetters.name
]

/** The sink of stage `sink postgres`: rows and the positions of `group` (with its prefix) are one transaction. It closes the pool. */
export const postgresSink = (pool: Pool, group: string, partitions = asTheyAre): Sink<PostgresValue> => ({
  name: 'sink-postgres',
  topics: postgresTopics,
  read,
  time: timeOf,
  positions: partitions => readPositions(pool, group, partitions),
  write: (batch, signal) => write(pool, group, partitions, batch, signal),
  close: () => pool.end()
})

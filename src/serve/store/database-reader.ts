import type { Instrument } from '../../market/instrument.ts'
import { ALERT, type Alert } from '../../market/records/alert/alert.ts'
import { CANDLE, type Candle } from '../../market/records/derived/candle.ts'
import { COMPOSITE, type Composite } from '../../market/records/derived/composite.ts'
import { INDICATORS, type Indicators } from '../../market/records/derived/indicators.ts'
import { KPI, type Kpi } from '../../market/records/derived/kpi.ts'
import { PAIR_STATS, type PairStats } from '../../market/records/derived/pair-stats.ts'
import { GAP, type Gap } from '../../market/records/feed/gap.ts'
import type { RecordTable } from '../../market/records/fields.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { rowCodec, selectMs } from '../../stream/codec/row-codec.ts'
import { readLogIdentity, type StoredPosition } from '../../stream/log-identity.ts'
import type { CompositeSeries, PairSeries, TimeRange, WindowSeries } from './series.ts'

type Row = readonly unknown[]

/** Asks the database; a row is a list of values in the order of the columns. Rejects with a TickstreamError. */
export type Query = (text: string, values: readonly unknown[]) => Promise<readonly Row[]>

/** What was known of verifications before this gateway watched. */
export type Verified = Instrument & { readonly verifiedTo: EpochMs | null; readonly differing: readonly number[] }

/** What the database has stored. Times are inclusive from, exclusive to; lists are oldest first. */
export type History = {
  readonly candles: (series: WindowSeries, timeRange: TimeRange) => Promise<readonly Candle[]>
  readonly indicators: (series: WindowSeries, timeRange: TimeRange) => Promise<readonly Indicators[]>
  readonly pairs: (series: PairSeries, timeRange: TimeRange) => Promise<readonly PairStats[]>
  readonly composites: (series: CompositeSeries, timeRange: TimeRange) => Promise<readonly Composite[]>
  readonly kpis: (instrument: Instrument, timeRange: TimeRange) => Promise<readonly Kpi[]>
  readonly alerts: (filter: AlertFilter, timeRange: TimeRange) => Promise<readonly Alert[]>
  readonly gaps: (filter: GapFilter, timeRange: TimeRange) => Promise<readonly Gap[]>
  /** Up to when candles are verified, and which differ, as it was stored last. */
  readonly verified: () => Promise<readonly Verified[]>
  /** How far a group has stored each partition, and of which log, by `topic/partition`. */
  readonly stored: (group: string) => Promise<ReadonlyMap<string, StoredPosition>>
}

export type AlertFilter = {
  readonly rule?: string | undefined
  readonly subject?: string | undefined
  readonly state?: string | undefined
}

export type GapFilter = {
  readonly exchange?: string | undefined
  readonly symbol?: string | undefined
  readonly status?: string | undefined
}

/** Where records are stored, and by which column they are sorted. */
const stored = <R>(name: string, time: string, table: RecordTable<R>) => ({ name, time, rows: rowCodec(table) })

const CANDLES = stored('candles', 'open_time', CANDLE)
const STORED_INDICATORS = stored('indicators', 'open_time', INDICATORS)
const PAIRS = stored('pair_stats', 'open_time', PAIR_STATS)
const COMPOSITES = stored('composites', 'open_time', COMPOSITE)
const KPIS = stored('kpis', 'time', KPI)
const ALERTS = stored('alerts', 'time', ALERT)
const GAPS = stored('gaps', 'detected_at', GAP)

const read = async <T>(
  query: Query,
  { name, time, rows: { select, decode } }: ReturnType<typeof stored<T>>,
  where: Readonly<Record<string, string | undefined>>,
  { from, to, limit }: TimeRange
): Promise<readonly T[]> => {
  const given = Object.entries(where).filter(([, value]) => value !== undefined)
  const conditions = given.map(([sql], n) => sql.replaceAll('?', `$${n + 1}`))
  const values: unknown[] = given.map(([, value]) => value)
  const bound = (sign: string, value: EpochMs | null): void => {
    if (value === null) return
    values.push(new Date(value).toISOString())
    conditions.push(`${time} ${sign} $${values.length}`)
  }
  bound('>=', from)
  bound('<', to)
  values.push(limit)
  const text = `select ${select.join(', ')} from ${name} where ${conditions.join(' and ') || 'true'} order by ${time} ${from === null ? 'desc' : 'asc'} limit $${values.length}`
  const rows = (await query(text, values)).map(decode)
  return from === null ? rows.reverse() : rows
}

const instrument = ({ exchange, symbol }: Instrument) => ({ 'exchange = ?': exchange, 'symbol = ?': symbol })

/** The newest record of each instrument, and the windows that differ. */
const VERIFIED = `select i.exchange, i.symbol, ${selectMs('n.verified_to')}, coalesce(d.windows, '{}')
from instruments i
cross join lateral (select verified_to from verifications v where v.exchange = i.exchange and v.symbol = i.symbol
  and v.interval = '1m' order by open_time desc limit 1) n
left join lateral (select array_agg(${selectMs('w.open_time')}) as windows from (select open_time from verifications v
  where v.exchange = i.exchange and v.symbol = i.symbol and v.result = 'different'
  order by open_time desc limit 10000) w) d on true`

const STORED = 'select topic, partition, next_offset, cluster_id, topic_id from kafka_offsets where consumer_group = $1'

const toStored = ([topic, partition, next, clusterId, topicId]: Row): readonly [string, StoredPosition] => [
  `${topic}/${partition}`,
  { next: BigInt(String(next)), log: readLogIdentity({ clusterId, topicId }) }
]

export const createHistory = (query: Query): History => ({
  candles: (series, timeRange) =>
    read(query, CANDLES, { ...instrument(series), 'interval = ?': series.interval }, timeRange),
  indicators: (series, timeRange) =>
    read(query, STORED_INDICATORS, { ...instrument(series), 'interval = ?': series.interval }, timeRange),
  pairs: ({ a, b, interval, method }, timeRange) =>
    read(query, PAIRS, { 'a = ?': a, 'b = ?': b, 'interval = ?': interval, 'method = ?': method }, timeRange),
  composites: ({ symbol, simulated }, timeRange) =>
    read(query, COMPOSITES, { 'symbol = ?': symbol, 'simulated = ?::boolean': String(simulated) }, timeRange),
  kpis: (asked, timeRange) => read(query, KPIS, instrument(asked), timeRange),
  alerts: ({ rule, subject, state }, timeRange) =>
    read(query, ALERTS, { 'rule = ?': rule, '? in (instrument, pair)': subject, 'state = ?': state }, timeRange),
  gaps: ({ exchange, symbol, status }, timeRange) =>
    read(query, GAPS, { 'exchange = ?': exchange, 'symbol = ?': symbol, 'status = ?': status }, timeRange),
  verified: async () =>
    (await query(VERIFIED, [])).map(([exchange, symbol, verifiedTo, differing]) => ({
      exchange: String(exchange),
      symbol: String(symbol),
      verifiedTo: verifiedTo === null ? null : epochMs(Number(verifiedTo)),
      differing: Array.isArray(differing) ? differing.map(Number) : []
    })),
  stored: async group => new Map((await query(STORED, [group])).map(toStored))
})

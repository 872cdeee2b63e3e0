import type { Interval } from '../../market/interval.ts'
import type { EpochMs } from '../../market/time.ts'
import type { SinkBatch } from '../../stream/sink.ts'
import type { Partitions, Placed } from './partition/partitions.ts'
import { rangedTables } from './partition/ranged-tables.ts'
import type { PostgresValue } from './postgres-value.ts'

const byName = new Map(rangedTables.map(ranged => [ranged.name, ranged]))

const placeIn = (name: string, time: EpochMs): Placed | null => {
  const ranged = byName.get(name)
  return ranged ? { ranged, time } : null
}

type Windowed = { readonly interval: Interval; readonly openTime: EpochMs }

const windowPlace = (table: string, { interval, openTime }: Windowed): Placed | null =>
  placeIn(`${table}_${interval}`, openTime)

/** Where a value's row belongs, of those that are cut by time. */
export const placeOf = (value: PostgresValue): Placed | null => {
  if (value.kind === 'candle') return windowPlace('candles', value.candle)
  if (value.kind === 'indicators') return windowPlace('indicators', value.indicators)
  if (value.kind === 'pair') return windowPlace('pair_stats', value.stats)
  if (value.kind === 'verification') return placeIn('verifications', value.verification.openTime)
  return value.kind === 'kpi' ? placeIn('kpis', value.kpi.time) : null
}

type Batch = SinkBatch<PostgresValue>

/** Rows that are past are counted, not stored: their topic has them for as long as that keeps them. */
export const withoutPast = (
  batch: Batch,
  partitions: Partitions
): { readonly kept: Batch; readonly past: readonly Placed[] } => {
  const past: Placed[] = []
  const values = batch.values.filter(({ value }) => {
    const place = placeOf(value)
    if (place === null || !partitions.isPast(place)) return true
    past.push(place)
    return false
  })
  return { kept: { ...batch, values }, past }
}

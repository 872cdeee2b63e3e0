import type { Pool, PoolClient } from 'pg'
import type { Retention } from '../../../market/interval.ts'
import { type EpochMs, epochMs } from '../../../market/time.ts'
import { inTransaction } from '../in-transaction.ts'
import { type Horizons, readHorizons } from './horizons.ts'
import { type Attached, lockPartitions, makePartition, readAttached } from './make-partition.ts'
import { readPartitionState } from './partition-state.ts'
import { type Partition, partitionAt, type RangedTable, rangedTables, restOf } from './ranged-tables.ts'

/** What one round of upkeep came to. */
export type Upkeep = {
  readonly made: readonly string[]
  readonly dropped: readonly string[]
  readonly horizons: Horizons
}

/** A partition to be made. */
export type Wanted = { readonly ranged: RangedTable; readonly partition: Partition }

const distinct = (wanted: readonly Wanted[]): readonly Wanted[] => [
  ...new Map(wanted.map(one => [one.partition.name, one])).values()
]

/**
 * Makes those that are missing; says which. Each is a transaction of its own: a reader of a whole table locks its parts in an order that is
 * not ours, so whoever held the rest of two intervals at once could stand against it in a deadlock. Throws what `explainError` makes of a failure.
 */
export const makePartitions = async (
  pool: Pool,
  wanted: readonly Wanted[],
  signal?: AbortSignal
): Promise<readonly string[]> => {
  const made: string[] = []
  for (const one of distinct(wanted))
    if (await inTransaction(pool, client => makeIfMissing(client, one), signal)) made.push(one.partition.name)
  return made
}

const makeIfMissing = async (client: PoolClient, { ranged, partition }: Wanted): Promise<boolean> => {
  await lockPartitions(client)
  if ((await readAttached(client)).some(({ name }) => name === partition.name)) return false
  await makePartition(client, ranged, partition)
  return true
}

const restDays = (ranged: RangedTable): string =>
  `select distinct (extract(epoch from date_trunc('day', ${ranged.time}, 'UTC')) * 1000)::double precision as day from ${restOf(ranged)}`

/** Tables with rows in the rest. */
const withRest = async (pool: Pool): Promise<readonly RangedTable[]> => {
  const { rests } = await inTransaction(pool, readPartitionState)
  return rangedTables.filter(ranged => rests.includes(restOf(ranged)))
}

/** The partitions that rows stand in the rest for: those of other programs, and those that the sink had no time to make one for. */
const wantedByRest = async (pool: Pool, ranged: RangedTable): Promise<readonly Wanted[]> => {
  const days = await inTransaction(pool, client => client.query<{ day: number }>(restDays(ranged)))
  return distinct(days.rows.map(({ day }) => ({ ranged, partition: partitionAt(ranged, epochMs(day)) })))
}

/** Of tables that are in use, the partition of now and the next one. */
const wantedAhead = (attached: readonly Attached[], now: EpochMs): readonly Wanted[] => {
  const inUse = new Set(attached.map(({ parent }) => parent))
  return rangedTables
    .filter(({ name }) => inUse.has(name))
    .flatMap(ranged => {
      const current = partitionAt(ranged, now)
      return [current, partitionAt(ranged, current.to)].map(partition => ({ ranged, partition }))
    })
}

const isPast = ({ parent, to }: Attached, horizons: Horizons): boolean => {
  const kept = rangedTables.find(({ name }) => name === parent)?.kept
  const horizon = kept === undefined ? null : horizons[kept]
  return horizon !== null && to !== null && to <= horizon
}

const dropPartition = async (client: PoolClient, { name }: Attached): Promise<true> => {
  await lockPartitions(client)
  await client.query(`drop table if exists "${name}"`)
  return true
}

/**
 * Makes partitions ahead, moves into them what stands in the rest, and drops those of which every row is past. Each step is a transaction of
 * its own, so that whoever is ended amid it has done what was done, and the next round does the rest. Several at once take turns.
 * Throws what `explainError` makes of the first failure; what does not depend on it has been done.
 */
export const keepPartitions = async (
  pool: Pool,
  retention: Retention,
  now: EpochMs,
  signal?: AbortSignal
): Promise<Upkeep> => {
  const failures: unknown[] = []
  const attempt = async <T>(work: Promise<T>, otherwise: T): Promise<T> =>
    work.catch(error => {
      failures.push(error)
      return otherwise
    })
  const made: string[] = []
  for (const ranged of await withRest(pool))
    for (const wanted of await attempt(wantedByRest(pool, ranged), []))
      made.push(...(await attempt(makePartitions(pool, [wanted], signal), [])))
  const attached = await inTransaction(pool, readAttached, signal)
  made.push(...(await attempt(makePartitions(pool, wantedAhead(attached, now), signal), [])))
  const horizons = await inTransaction(pool, client => readHorizons(client, retention, now), signal)
  const dropped: string[] = []
  for (const past of attached.filter(partition => isPast(partition, horizons))) {
    const work = inTransaction(pool, client => dropPartition(client, past), signal)
    if (await attempt<boolean>(work, false)) dropped.push(past.name)
  }
  if (failures.length > 0) throw failures[0]
  return { made, dropped, horizons }
}

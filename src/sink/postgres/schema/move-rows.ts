import type { Pool, PoolClient } from 'pg'
import { TickstreamError } from '../../../market/error.ts'
import type { Retention } from '../../../market/interval.ts'
import { type EpochMs, epochMs } from '../../../market/time.ts'
import { inTransaction } from '../in-transaction.ts'
import { type Horizons, readHorizons } from '../partition/horizons.ts'
import { makePartitions, type Wanted } from '../partition/keep-partitions.ts'
import { partitionAt, type RangedTable, rangedTables } from '../partition/ranged-tables.ts'
import { quoted, type Table } from '../table.ts'
import { candleTable, indicatorTable, kpiTable, pairTable, verificationTable } from '../tables.ts'

/** Tables whose rows may still stand as they did before there were partitions. */
const MOVED: readonly Table<never>[] = [candleTable, indicatorTable, pairTable, verificationTable, kpiTable]

/** Rows of one transaction: done within a second, and repeated by whoever goes on after a kill. */
const AT_ONCE = 20_000

/** How far a table is moved; `rows` counts what was looked at. */
export type Move = { readonly table: string; readonly rows: number; readonly done: boolean }

const asideOf = ({ name }: Pick<Table<never>, 'name'>): string => `${name}_unpartitioned`

const PROGRESS = `create table if not exists rows_moved (
  source text primary key,
  key_reached text[],
  rows bigint not null
)`

/** Names of the tables that stand aside. */
const readAside = async (client: PoolClient): Promise<ReadonlySet<string>> => {
  const { rows } = await client.query<{ name: string }>(
    `select relname::text as name from pg_class where relnamespace = current_schema()::regnamespace and relname = any($1)`,
    [MOVED.map(asideOf)]
  )
  return new Set(rows.map(({ name }) => name))
}

const rangedOf = ({ name }: Table<never>): readonly RangedTable[] => rangedTables.filter(({ table }) => table === name)

const hasIntervals = (table: Table<never>): boolean => rangedOf(table).length > 1

/** Which rows of a table are not past. */
const keptWords = (table: Table<never>, horizons: Horizons): string => {
  const words = rangedOf(table).flatMap(({ kept, time }) => {
    const horizon = horizons[kept]
    if (horizon === null) return []
    const past = `${time} < '${new Date(horizon).toISOString()}'`
    return [hasIntervals(table) ? `interval = '${kept}' and ${past}` : past]
  })
  return words.length === 0 ? 'true' : words.map(one => `not (${one})`).join(' and ')
}

const typeOf = (table: Table<never>, name: string): string => table.columns.find(column => column.name === name)!.type

/** The next rows behind the key that was reached, in the order of the key, which its index has. */
const batchOf = (table: Table<never>, reached: readonly string[] | null): string => {
  const key = table.key.map(quoted).join(', ')
  const from = table.key.map((name, at) => `$${at + 1}::${typeOf(table, name)}`).join(', ')
  const behind = reached === null ? '' : `where (${key}) > (${from})`
  return `select * from ${asideOf(table)} ${behind} order by ${key} limit ${AT_ONCE}`
}

/** Which partitions the rows of the next batch belong to. */
const wantedOf = async (
  client: PoolClient,
  table: Table<never>,
  reached: readonly string[] | null,
  kept: string
): Promise<readonly Wanted[]> => {
  const [{ time }] = rangedOf(table) as [RangedTable]
  const interval = hasIntervals(table) ? 'interval' : 'null::text'
  const { rows } = await client.query<{ interval: string | null; day: number }>(
    `select distinct ${interval} as interval, (extract(epoch from date_trunc('day', ${time}, 'UTC')) * 1000)::double precision as day
     from (${batchOf(table, reached)}) batch where ${kept}`,
    [...(reached ?? [])]
  )
  return rows.flatMap(({ interval: word, day }) => {
    const ranged = rangedOf(table).find(one => word === null || one.kept === word)
    return ranged ? [{ ranged, partition: partitionAt(ranged, epochMs(day)) }] : []
  })
}

/** What a row that stands aside does to one that was written since: only a higher revision counts. */
const onConflict = (table: Table<never>): string => {
  const { onConflict: how } = table
  if (how === 'keep' || how.replaceWhen === 'true') return 'nothing'
  const sets = table.columns.map(({ name }) => `${quoted(name)} = excluded.${quoted(name)}`)
  return `update set ${sets.join(', ')} where ${table.name}.revision < excluded.revision`
}

type MoveProgress = { readonly key_reached: readonly string[] | null; readonly rows: string }

const readProgress = async (client: PoolClient, table: Table<never>): Promise<MoveProgress> => {
  const { rows } = await client.query<MoveProgress>('select key_reached, rows from rows_moved where source = $1', [
    table.name
  ])
  return rows[0] ?? { key_reached: null, rows: '0' }
}

/** Moves the next rows, and notes how far it came, in one transaction. */
const moveBatch = async (
  client: PoolClient,
  table: Table<never>,
  reached: MoveProgress,
  kept: string
): Promise<Move> => {
  const names = [...table.columns.map(({ name }) => quoted(name)), ...(table.name === 'kpis' ? ['id'] : [])].join(', ')
  const key = table.key.map(quoted)
  const { rows } = await client.query<{ key: string[] | null; count: number }>(
    `with batch as materialized (${batchOf(table, reached.key_reached)}),
     moved as (insert into ${table.name} (${names}, stored_at) select ${names}, null from batch where ${kept}
       on conflict (${key.join(', ')}) do ${onConflict(table)})
     select (select array[${key.map(name => `${name}::text`).join(', ')}] from batch order by ${key.map(name => `${name} desc`).join(', ')} limit 1) as key,
       (select count(*)::int from batch) as count`,
    [...(reached.key_reached ?? [])]
  )
  const { key: next, count } = rows[0]!
  const all = Number(reached.rows) + count
  await client.query(
    `insert into rows_moved values ($1, $2, $3) on conflict (source) do update set key_reached = excluded.key_reached, rows = excluded.rows`,
    [table.name, next ?? reached.key_reached, all]
  )
  if (count < AT_ONCE) await client.query(`drop table ${asideOf(table)}`)
  return { table: table.name, rows: all, done: count < AT_ONCE }
}

/** Any number will do, as long as every `migrate` takes the same one. */
const LOCK = 7_461_636_374

const ifRetryable = (error: unknown): void => {
  if (!(error instanceof TickstreamError && error.retryable)) throw error
}

const moveNext = async (pool: Pool, table: Table<never>, horizons: Horizons): Promise<Move> => {
  const kept = keptWords(table, horizons)
  const wanted = await inTransaction(pool, async client => {
    if (!(await readAside(client)).has(asideOf(table))) return []
    const { key_reached: reached } = await readProgress(client, table)
    return wantedOf(client, table, reached, kept)
  })
  // Rows of one that cannot be made now, for somebody reads, stand in the rest until the next upkeep.
  if (wanted.length > 0) await makePartitions(pool, wanted).catch(ifRetryable)
  return inTransaction(pool, async client => {
    await client.query('select pg_advisory_xact_lock($1)', [LOCK])
    const reached = await readProgress(client, table)
    if (!(await readAside(client)).has(asideOf(table)))
      return { table: table.name, rows: Number(reached.rows), done: true }
    return moveBatch(client, table, reached, kept)
  })
}

/** How moving is done. */
type Options = {
  readonly retention: Retention
  readonly now: EpochMs
  /** Told after each transaction. */
  readonly onMove?: (move: Move) => void
}

/**
 * Moves the rows of an installation of before partitions, a portion a transaction; what is past by `retention` stays behind and goes with
 * its table. Whoever is killed amid it has moved what was moved: the next call goes on there. Stages may run meanwhile. Resolves to how many
 * tables there were to move. Throws what `explainError` makes of a failure.
 */
export const moveRows = async (pool: Pool, { retention, now, onMove }: Options): Promise<number> => {
  const aside = await inTransaction(pool, readAside)
  if (aside.size === 0) return 0
  await inTransaction(pool, client => client.query(PROGRESS))
  const tables = ['candles', ...[asideOf(candleTable)].filter(name => aside.has(name))]
  const horizons = await inTransaction(pool, client => readHorizons(client, retention, now, tables))
  for (const table of MOVED.filter(one => aside.has(asideOf(one)))) {
    let move: Move
    do {
      move = await moveNext(pool, table, horizons)
      onMove?.(move)
    } while (!move.done)
  }
  await inTransaction(pool, client => client.query('drop table if exists rows_moved'))
  return aside.size
}

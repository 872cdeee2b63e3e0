import type { PoolClient } from 'pg'
import type { EpochMs } from '../../../market/time.ts'
import { type Partition, type RangedTable, rangedTables, restOf } from './ranged-tables.ts'

/** Any number will do, as long as everybody who makes or drops partitions takes the same one. */
const LOCK = 7_461_636_373

/** Others who make partitions are done by then. */
const TURN_WITHIN_MS = 10_000

/** Rather later than never: whoever waits for a lock on a table makes all wait that come behind. */
const LOCK_WITHIN_MS = 2_000

/** Alone among those who make and drop partitions, until the transaction ends. */
export const lockPartitions = async (client: PoolClient): Promise<void> => {
  await client.query(`set local lock_timeout = ${TURN_WITHIN_MS}`)
  await client.query('select pg_advisory_xact_lock($1)', [LOCK])
  await client.query(`set local lock_timeout = ${LOCK_WITHIN_MS}`)
}

/** A partition that the database has: which table it is of, and before when its rows are; null where the bound is no time. */
export type Attached = { readonly parent: string; readonly name: string; readonly to: EpochMs | null }

/** Bounds are read as the session writes them. */
const ATTACHED = `select p.relname as parent, c.relname as name,
  (extract(epoch from (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \\(''([^'']+)''\\)'))[1]::timestamptz) * 1000)::double precision as "to"
from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
where p.relname = any($1) and p.relnamespace = current_schema()::regnamespace and pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'
order by 3`

/** Every partition of a time that there is, the oldest first. */
export const readAttached = async (client: PoolClient): Promise<readonly Attached[]> =>
  (await client.query<Attached>(ATTACHED, [rangedTables.map(({ name }) => name)])).rows

/** The columns of a table, the widest first: so none begins behind a gap, which costs eight bytes a row and more. */
const COLUMNS = `select string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then ' not null' else '' end), ', ' order by o.place, a.attnum) as columns,
  string_agg(quote_ident(a.attname), ', ' order by a.attnum) as names
from pg_attribute a join pg_type t on t.oid = a.atttypid
cross join lateral (select case when a.attlen = -1 then 9 when t.typalign = 'd' then 1 when t.typalign = 'i' then 2 else 3 end as place) o
where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`

const iso = (time: number): string => new Date(time).toISOString()

/**
 * Makes a partition, and moves into it what stands in the rest of its table, in the transaction of `client`.
 * Readers and writers of other partitions go on meanwhile. The caller has the lock.
 */
export const makePartition = async (
  client: PoolClient,
  ranged: RangedTable,
  { name, from, to }: Partition
): Promise<void> => {
  const rest = restOf(ranged)
  await client.query(`lock table ${rest} in access exclusive mode`)
  const { rows } = await client.query<{ columns: string; names: string }>(COLUMNS, [ranged.name])
  const { columns, names } = rows[0]!
  await client.query(`create table ${name} (${columns})`)
  await client.query(
    `with moved as (delete from ${rest} where ${ranged.time} >= $1 and ${ranged.time} < $2 returning ${names}) insert into ${name} (${names}) select * from moved`,
    [iso(from), iso(to)]
  )
  await client.query(
    `alter table ${ranged.name} attach partition ${name} for values from ('${iso(from)}') to ('${iso(to)}')`
  )
}

import type { PoolClient } from 'pg'
import { readAttached } from './make-partition.ts'
import { rangedTables, restOf } from './ranged-tables.ts'

/** How the partitions of a database stand. */
export type PartitionState = {
  readonly partitions: number
  /** Tables that hold rows of before partitions. */
  readonly aside: readonly string[]
  /** Tables that hold rows without a partition. */
  readonly rests: readonly string[]
}

const ASIDE = `select relname::text as name from pg_class
where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname like '%\\_unpartitioned' order by 1`

const RESTS = rangedTables.map(one => `select '${restOf(one)}' as name where exists (select from ${restOf(one)})`)

/** Asks how partitions stand; changes nothing. */
export const readPartitionState = async (client: PoolClient): Promise<PartitionState> => {
  const names = async (text: string): Promise<readonly string[]> =>
    (await client.query<{ name: string }>(text)).rows.map(({ name }) => name)
  return {
    partitions: (await readAttached(client)).length,
    aside: await names(ASIDE),
    rests: await names(RESTS.join(' union all '))
  }
}

import type { Pool, PoolClient } from 'pg'
import { TickstreamError } from '../../../market/error.ts'
import { inTransaction } from '../in-transaction.ts'
import { upsertSql } from '../table.ts'
import { sinkTables } from '../tables.ts'
import type { Migration } from './migrations.ts'
import { mayWork, readSchemaState } from './schema-state.ts'

/** Thrown to roll back what was only tried. */
const ROLLBACK = new TickstreamError('TS-POSTGRES-SETUP', 'rolled back on purpose')

const POSITIONS = [
  'select topic, partition, next_offset from kafka_offsets where false',
  'insert into kafka_offsets select * from kafka_offsets where false',
  'update kafka_offsets set next_offset = next_offset where false'
]

const tryWrites = async (client: PoolClient): Promise<void> => {
  for (const text of POSITIONS) await client.query(text)
  for (const table of sinkTables)
    await client.query(
      upsertSql(table),
      table.columns.map(() => [])
    )
}

/**
 * Does everything that the sink does, with no rows, and takes it back: what would stop the sink stops this, in the same words.
 * `doctor` asks it, and the sink before it begins. Throws what `explainError` makes of a failure.
 */
export const dryRunWrites = (pool: Pool, migrations: readonly Migration[]): Promise<void> =>
  inTransaction(pool, async client => {
    const problem = mayWork(await readSchemaState(client), migrations)
    if (problem) throw problem
    await tryWrites(client)
    throw ROLLBACK
  }).catch(error => {
    if (error !== ROLLBACK) throw error
  })

import type { Pool, PoolClient } from 'pg'
import { TickstreamError } from '../../../market/error.ts'
import { inTransaction } from '../in-transaction.ts'
import type { Migration } from './migrations.ts'
import { checkNamesFree, mayMigrate, pendingOf, readSchemaState } from './schema-state.ts'

/** Any number will do, as long as every `migrate` takes the same one. */
const LOCK = 7_461_636_372

const LEDGER = `create table if not exists schema_migrations (
  version integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
)`

type Applied = Pick<Migration, 'version' | 'name' | 'checksum'>

const file = (applied: Applied): string => `sql/${String(applied.version).padStart(4, '0')}_${applied.name}.sql`

/** Refuses a database whose past is not the past of these files. */
const checkPast = (applied: readonly Applied[], migrations: readonly Migration[]): void => {
  for (const past of applied) {
    const same = migrations.find(migration => migration.version === past.version)
    if (!same)
      throw new TickstreamError(
        'TS-POSTGRES-SETUP',
        `the database already has ${file(past)}, which this installation does not know; update tickstream`
      )
    if (same.checksum !== past.checksum)
      throw new TickstreamError(
        'TS-POSTGRES-SETUP',
        `${file(same)} was changed after it had been applied to this database; put it back as it was, and write the change as a new file`
      )
  }
}

const applyOne = async (client: PoolClient, migration: Migration): Promise<void> => {
  const { version, name, checksum } = migration
  await client.query(migration.sql)
  await client.query('insert into schema_migrations (version, name, checksum) values ($1, $2, $3)', [
    version,
    name,
    checksum
  ])
}

/**
 * Brings the database to the newest migration, all of it or nothing, and returns what was applied.
 * Two at once are safe: the second waits, and finds nothing to do.
 * Throws `TS-SETUP` when the past differs, when the role may make no tables, and when another program has them already.
 */
export const migrate = (pool: Pool, migrations: readonly Migration[]): Promise<readonly Migration[]> =>
  inTransaction(pool, async client => {
    await client.query('select pg_advisory_xact_lock($1)', [LOCK])
    const state = await readSchemaState(client)
    const pending = pendingOf(state, migrations)
    const problem = pending.length > 0 || state.applied === null ? mayMigrate(state) : null
    if (problem) throw problem
    if (pending.length === migrations.length) await checkNamesFree(client, state, migrations)
    if (pending.length > 0) await client.query(LEDGER)
    const { rows } = await client.query<Applied>('select version, name, checksum from schema_migrations')
    checkPast(rows, migrations)
    for (const migration of pending) await applyOne(client, migration)
    return pending
  })

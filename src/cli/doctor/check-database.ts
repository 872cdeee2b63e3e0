import { postgresBinaries } from '../../runtime/embedded/postgres-binaries.ts'
import { readMigrations } from '../../sink/postgres/migrations.ts'
import { createPool } from '../../sink/postgres/pool.ts'
import { type Check, type Finding, reasonOf } from './finding.ts'

/** The database and its tables; without POSTGRES_URL, whether `up` could start one. */
export const checkDatabase: Check = async ({ config }) => {
  if (config.postgresUrl === null) return [await ownDatabase()]
  const pool = createPool(config.postgresUrl, 'doctor')
  try {
    const version = await pool.query<{ server_version: string }>('show server_version')
    const says = `version ${version.rows[0]?.server_version ?? 'unknown'} answers`
    const { rows } = await pool.query<{ known: string | null }>(`select to_regclass('schema_migrations') as known`)
    const applied = rows[0]?.known ? await pool.query('select version from schema_migrations') : { rows: [] }
    return [{ part: 'PostgreSQL', state: 'ok', says }, tables(applied.rows.length)]
  } catch (error) {
    return [
      { part: 'PostgreSQL', state: 'missing', says: reasonOf(error), todo: 'start the server, or correct POSTGRES_URL' }
    ]
  } finally {
    await pool.end()
  }
}

const tables = (applied: number): Finding => {
  const pending = readMigrations().length - applied
  if (pending === 0) return { part: 'Tables', state: 'ok', says: `all ${applied} migrations are applied` }
  if (pending < 0)
    return {
      part: 'Tables',
      state: 'missing',
      says: `the database is ${-pending} migrations ahead`,
      todo: 'update tickstream'
    }
  return { part: 'Tables', state: 'missing', says: `${pending} migrations are due`, todo: 'run `tickstream migrate`' }
}

const ownDatabase = async (): Promise<Finding> => {
  try {
    await postgresBinaries()
    return { part: 'PostgreSQL', state: 'ok', says: 'POSTGRES_URL is not set; `up` starts one' }
  } catch (error) {
    return {
      part: 'PostgreSQL',
      state: 'missing',
      says: error instanceof Error ? error.message : String(error),
      todo: 'set POSTGRES_URL, or run npm ci again'
    }
  }
}

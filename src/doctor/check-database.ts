import type { Pool } from 'pg'
import { parsePostgresUrl } from '../runtime/config/postgres-url.ts'
import { inTransaction } from '../sink/postgres/in-transaction.ts'
import { type PartitionState, readPartitionState } from '../sink/postgres/partition/partition-state.ts'
import { createPool } from '../sink/postgres/pool.ts'
import { dryRunWrites } from '../sink/postgres/schema/dry-run.ts'
import { readMigrations } from '../sink/postgres/schema/migrations.ts'
import { mayMigrate, mayWork, readSchemaState, type SchemaState } from '../sink/postgres/schema/schema-state.ts'
import { postgresBinaries } from '../up/servers/postgres-binaries.ts'
import type { Check, Finding } from './finding.ts'

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The database and its tables, reached and written to as the sink does it; without POSTGRES_URL, whether `up` could start one. */
export const checkDatabase: Check = async ({ config }) => {
  if (config.postgresUrl === null) return [await ownDatabase()]
  const pool = createPool(config.postgresUrl, 'doctor', { access: 'write' })
  try {
    const server = await describeServer(pool)
    return [
      { part: 'PostgreSQL', state: 'ok', says: server },
      ...(await tables(pool)),
      ...(await hosts(config.postgresUrl))
    ]
  } catch (error) {
    return [{ part: 'PostgreSQL', state: 'missing', says: wordsOf(error) }, ...(await hosts(config.postgresUrl))]
  } finally {
    await pool.end()
  }
}

const VERSION = "select current_setting('server_version') as version"

const describeServer = async (pool: Pool): Promise<string> => {
  const { rows } = await inTransaction(pool, client => client.query<{ version: string }>(VERSION))
  return `version ${rows[0]?.version ?? 'unknown'} answers, and takes writes`
}

/** What the stages would meet: the sink's own statements are tried, without rows. */
const tables = async (pool: Pool): Promise<readonly Finding[]> => {
  const part = 'Tables'
  const migrations = readMigrations()
  try {
    const state = await inTransaction(pool, readSchemaState)
    const problem = mayWork(state, migrations)
    if (problem) return [{ part, state: 'missing', says: problem.message }, ...inTheWay(state, problem)]
    await dryRunWrites(pool, migrations)
    return [
      settled(state, migrations.length),
      partitions(await inTransaction(pool, readPartitionState)),
      ...encoding(state)
    ]
  } catch (error) {
    return [{ part, state: 'missing', says: wordsOf(error) }]
  }
}

/** Where tables are missing, whether `migrate` could make them. */
const inTheWay = (state: SchemaState, said: Error): readonly Finding[] => {
  const problem = mayMigrate(state)
  return problem && problem.message !== said.message
    ? [{ part: 'Tables', state: 'missing', says: problem.message }]
    : []
}

const settled = ({ applied, schema }: SchemaState, known: number): Finding => {
  const ahead = (applied?.length ?? 0) - known
  if (ahead <= 0)
    return { part: 'Tables', state: 'ok', says: `all ${known} migrations are applied, and schema ${schema} takes rows` }
  const says = `the database is ${ahead} migrations ahead; stages work, but \`migrate\` refuses`
  return { part: 'Tables', state: 'note', says, todo: 'update tickstream' }
}

/** Where rows stand that wait for `migrate`, or for the next round of upkeep. */
const partitions = ({ partitions: count, aside, rests }: PartitionState): Finding => {
  const part = 'Partitions'
  if (aside.length > 0)
    return {
      part,
      state: 'note',
      says: `${aside.join(', ')} hold rows of before partitions, which nobody reads`,
      todo: 'run `tickstream migrate`: it moves them, and goes on where it was'
    }
  if (rests.length > 0)
    return {
      part,
      state: 'note',
      says: `${rests.join(', ')} hold rows that have no partition yet; they are read as any other, and never dropped`,
      todo: 'run `sink postgres` or `tickstream migrate` as the owner of the tables: both move them'
    }
  return { part, state: 'ok', says: `${count}, and no row without one` }
}

const encoding = ({ encoding: name, database }: SchemaState): readonly Finding[] =>
  name === 'UTF8'
    ? []
    : [
        {
          part: 'Encoding',
          state: 'note',
          says: `database ${database} keeps its text as ${name}, and refuses names that ${name} has no letters for`,
          todo: "make it anew: create database … encoding 'UTF8' template template0"
        }
      ]

/** Where several hosts are named, how each is found now. */
const hosts = async (url: string): Promise<readonly Finding[]> => {
  const found = parsePostgresUrl(url)?.hosts ?? []
  return found.length < 2 ? [] : Promise.all(found.map(({ name, url: one }) => lookAt(name, one)))
}

const lookAt = async (name: string, url: string): Promise<Finding> => {
  const part = `PostgreSQL ${name}`
  const pool = createPool(url, 'doctor')
  try {
    const { rows } = await inTransaction(pool, client =>
      client.query<{ standby: boolean }>('select pg_is_in_recovery() as standby')
    )
    return { part, state: 'ok', says: rows[0]?.standby === true ? 'a standby' : 'a primary' }
  } catch (error) {
    return { part, state: 'note', says: wordsOf(error) }
  } finally {
    await pool.end()
  }
}

const ownDatabase = async (): Promise<Finding> => {
  try {
    await postgresBinaries()
    return { part: 'PostgreSQL', state: 'ok', says: 'POSTGRES_URL is not set; `up` starts one' }
  } catch (error) {
    return { part: 'PostgreSQL', state: 'missing', says: wordsOf(error), todo: 'set POSTGRES_URL, or run npm ci again' }
  }
}

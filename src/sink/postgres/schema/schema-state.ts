import type { PoolClient } from 'pg'
import { TickstreamError } from '../../../market/error.ts'
import type { Migration } from './migrations.ts'

/** How a database looks to the role that asks. */
export type SchemaState = {
  readonly role: string
  readonly database: string
  /** Where new tables go; null where the role may use no schema of its search_path. */
  readonly schema: string | null
  readonly searchPath: string
  readonly encoding: string
  /** May make tables there. */
  readonly mayCreate: boolean
  /** Columns of the `schema_migrations` that is seen; empty where there is none. */
  readonly ledger: readonly string[]
  /** Versions that were applied; null where `schema_migrations` is another program's. */
  readonly applied: readonly number[] | null
}

const STATE = `select current_user as role, current_database() as database, current_schema() as schema,
  current_setting('search_path') as "searchPath", current_setting('server_encoding') as encoding,
  coalesce(has_schema_privilege(current_schema(), 'create'), false) as "mayCreate",
  array(select attname::text from pg_attribute
    where attrelid = to_regclass('schema_migrations') and attnum > 0 and not attisdropped order by attnum) as ledger`

const LEDGER_COLUMNS = ['version', 'name', 'checksum']

/** Asks what there is; changes nothing. */
export const readSchemaState = async (client: PoolClient): Promise<SchemaState> => {
  const { rows } = await client.query<Omit<SchemaState, 'applied'>>(STATE)
  const state = rows[0]!
  if (state.ledger.length === 0) return { ...state, applied: [] }
  if (!LEDGER_COLUMNS.every(column => state.ledger.includes(column))) return { ...state, applied: null }
  const versions = await client.query<{ version: number }>('select version from schema_migrations')
  return { ...state, applied: versions.rows.map(({ version }) => version) }
}

const setupError = (message: string): TickstreamError => new TickstreamError('TS-POSTGRES-SETUP', message)

const ownSchemaAdvice = (role: string): string =>
  `give tickstream a database of its own, or a schema: create schema tickstream authorization ${role}; alter role ${role} set search_path = tickstream`

const foreign = ({ role, schema }: SchemaState, tables: readonly string[]): TickstreamError =>
  setupError(
    `PostgreSQL: schema ${schema} already holds ${tables.join(', ')} of another program, not made by tickstream; ${ownSchemaAdvice(role)}`
  )

/** What is in the way of tables being made; null when nothing is. */
export const mayMigrate = (state: SchemaState): TickstreamError | null => {
  const { role, schema, searchPath, mayCreate, applied } = state
  if (schema === null)
    return setupError(
      `PostgreSQL: the role ${role} may use no schema of its search_path (${searchPath}); grant usage, create on schema public to ${role}, or ${ownSchemaAdvice(role)}`
    )
  if (applied === null) return foreign(state, ['schema_migrations'])
  if (mayCreate) return null
  return setupError(
    `PostgreSQL: the role ${role} may make no tables in schema ${schema} (public is closed since PostgreSQL 15); as its owner: grant create on schema ${schema} to ${role}; or ${ownSchemaAdvice(role)}`
  )
}

const NAMES = /^create (?:table|view) (\w+)/gim

const PRESENT = `select relname::text as name from pg_class
where relnamespace = current_schema()::regnamespace and relname = any($1) order by 1`

/** Refuses a schema in which other programs have tables of the names that are about to be made there. */
export const checkNamesFree = async (
  client: PoolClient,
  state: SchemaState,
  migrations: readonly Migration[]
): Promise<void> => {
  const names = migrations.flatMap(({ sql }) => [...sql.matchAll(NAMES)].map(match => match[1]!))
  const { rows } = await client.query<{ name: string }>(PRESENT, [names])
  if (rows.length > 0)
    throw foreign(
      state,
      rows.map(({ name }) => name)
    )
}

/** Migrations that the database lacks. */
export const pendingOf = ({ applied }: SchemaState, migrations: readonly Migration[]): readonly Migration[] =>
  migrations.filter(({ version }) => !(applied ?? []).includes(version))

const fileOf = ({ version, name }: Migration): string => `${String(version).padStart(4, '0')}_${name}`

/** What keeps a stage from working on these tables; null when nothing does. */
export const mayWork = (state: SchemaState, migrations: readonly Migration[]): TickstreamError | null => {
  const { role, database, schema, searchPath, applied } = state
  if (schema === null || applied === null) return mayMigrate(state)
  const pending = pendingOf(state, migrations)
  const at = `database ${database}, as ${role} sees it (search_path ${searchPath})`
  if (pending.length === migrations.length)
    return setupError(`PostgreSQL: there are no tables of tickstream in ${at}; run \`tickstream migrate\``)
  if (pending.length > 0)
    return setupError(`PostgreSQL: ${at}, lacks ${pending.map(fileOf).join(', ')}; run \`tickstream migrate\``)
  return null
}

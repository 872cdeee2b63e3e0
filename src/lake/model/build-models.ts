import type { DuckDBConnection } from '@duckdb/node-api'
import { TickstreamError } from '../../market/error.ts'
import type { Project, SqlFile } from './project.ts'
import { type Rendered, render } from './render.ts'

/** How the models are made. */
export type BuildOptions = {
  /** Where the lake is, as DuckDB reads it. */
  readonly lake: string
  /** Makes all anew instead of adding what came. */
  readonly full: boolean
}

/** What a test of the project found: rows that should not be. */
export type TestResult = { readonly name: string; readonly rows: number; readonly isFault: boolean }

const listOf = (rendered: Rendered, key: string): readonly string[] => {
  const value = rendered.config.get(key) ?? []
  return typeof value === 'string' ? [value] : value
}

/** What a query says, as JSON has it: what is exact is text. */
export const rowsOf = async (connection: DuckDBConnection, sql: string): Promise<readonly (readonly unknown[])[]> =>
  (await connection.runAndReadAll(sql)).getRowsJson()

export const hasTable = async (connection: DuckDBConnection, name: string): Promise<boolean> => {
  const sql = `select 1 from information_schema.tables where table_schema = 'main' and table_name = '${name}'`
  return (await rowsOf(connection, sql)).length > 0
}

const columnsOf = async (connection: DuckDBConnection, table: string): Promise<string> =>
  (await rowsOf(connection, `describe ${table}`))
    .map(([column]) => String(column))
    .sort()
    .join(', ')

/** A table of an earlier version lacks columns, and cannot be added to. */
const checkColumns = async (connection: DuckDBConnection, name: string): Promise<void> => {
  if ((await columnsOf(connection, name)) === (await columnsOf(connection, 'arrived'))) return
  const way = 'make everything anew, by `tickstream lake build --full` or `dbt build --full-refresh`'
  throw new TickstreamError('TS-LAKE-MODEL', `${name} has other columns than this version gives it: ${way}`)
}

/** Rows with the keys of new ones are replaced by them. */
const merge = async (connection: DuckDBConnection, name: string, { sql, ...rendered }: Rendered): Promise<void> => {
  const keys = listOf({ sql, ...rendered }, 'unique_key')
  if (rendered.config.get('incremental_strategy') !== 'delete+insert' || keys.length === 0)
    throw new TickstreamError(
      'TS-LAKE-MODEL',
      `lake models: ${name} is incremental, but not by delete+insert and a unique_key`
    )
  const isSame = keys.map(key => `${name}.${key} = arrived.${key}`).join(' and ')
  await connection.run(`create or replace temporary table arrived as ${sql}`)
  await checkColumns(connection, name)
  await connection.run(`delete from ${name} using arrived where ${isSame}`)
  await connection.run(`insert into ${name} by name select * from arrived`)
  await connection.run('drop table arrived')
}

const create = async (connection: DuckDBConnection, name: string, { sql, config }: Rendered): Promise<void> => {
  const kind = config.get('materialized') === 'view' ? 'view' : 'table'
  await connection.run(`create or replace ${kind} ${name} as ${sql}`)
}

const buildModel = async (
  connection: DuckDBConnection,
  { macros }: Project,
  { name, source }: SqlFile,
  { lake, full }: BuildOptions
): Promise<void> => {
  const environment = { LAKE_DIR: lake }
  const about = render(source, { name, macros, environment, incremental: true })
  const isIncremental = about.config.get('materialized') === 'incremental'
  const incremental = isIncremental && !full && (await hasTable(connection, name))
  const setting = { name, macros, environment, incremental }
  const rendered = render(source, setting)
  for (const hook of listOf(rendered, 'pre_hook')) await connection.run(render(hook, setting).sql)
  if (incremental) await merge(connection, name, rendered)
  else await create(connection, name, rendered)
  for (const hook of listOf(rendered, 'post_hook')) await connection.run(render(hook, setting).sql)
}

/** Makes every model, in one transaction: readers see the lake of before, or that of now. */
export const buildModels = async (
  connection: DuckDBConnection,
  project: Project,
  options: BuildOptions,
  signal: AbortSignal
): Promise<void> => {
  await connection.run(`set timezone = 'UTC'`)
  await connection.run('begin')
  try {
    for (const model of project.models) {
      signal.throwIfAborted()
      await buildModel(connection, project, model, options)
    }
    await connection.run('commit')
  } catch (error) {
    await connection.run('rollback')
    throw error
  }
}

/** Runs the tests of `tests/`, each of which finds rows that should not be. */
export const testModels = async (
  connection: DuckDBConnection,
  { tests, macros }: Project
): Promise<readonly TestResult[]> => {
  const results: TestResult[] = []
  for (const { name, source } of tests) {
    const { sql, config } = render(source, { name, macros, incremental: false, environment: {} })
    const [[rows] = []] = await rowsOf(connection, `select count(*) from (${sql}) found`)
    results.push({ name, rows: Number(rows), isFault: Number(rows) > 0 && config.get('severity') !== 'warn' })
  }
  return results
}

import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { TickstreamError } from '../../market/error.ts'
import type { LakeLocation } from '../../runtime/config/config.ts'
import { liveFiles } from '../manifest/manifest.ts'
import type { LakeStore } from '../store/lake-store.ts'
import { buildModels, hasTable, rowsOf, type TestResult, testModels } from './build-models.ts'
import { fetchLake } from './fetch-lake.ts'
import { readProject } from './project.ts'

const FOLDER = join(import.meta.dirname, '../../../lake')

/** What to build, and where. */
export type LakeBuild = {
  readonly location: LakeLocation
  readonly store: LakeStore
  /** A file of DuckDB. */
  readonly database: string
  readonly full: boolean
}

/** Rows of a model after a build. */
type BuiltModel = { readonly name: string; readonly rows: number }

export type BuiltLake = { readonly models: readonly BuiltModel[]; readonly tests: readonly TestResult[] }

const open = async (database: string): Promise<DuckDBInstance> => {
  try {
    return await DuckDBInstance.create(database)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TickstreamError('TS-SETUP', `${database} cannot be opened by DuckDB: ${reason}`, { cause })
  }
}

const readBefore = async (connection: DuckDBConnection, full: boolean): Promise<ReadonlySet<string>> => {
  if (full || !(await hasTable(connection, 'silver_files'))) return new Set()
  return new Set((await rowsOf(connection, 'select path from silver_files')).map(([path]) => String(path)))
}

const build = async (
  connection: DuckDBConnection,
  { location, store, full }: LakeBuild,
  signal: AbortSignal
): Promise<BuiltLake> => {
  const project = await readProject(FOLDER)
  const alreadyRead = await readBefore(connection, full)
  const copy = location.kind === 's3' ? await fetchLake(store, alreadyRead, signal) : null
  try {
    await buildModels(connection, project, { lake: copy?.folder ?? store.url, full }, signal)
  } finally {
    await copy?.remove()
  }
  const models: BuiltModel[] = []
  for (const { name } of project.models) {
    const [[rows] = []] = await rowsOf(connection, `select count(*) from ${name}`)
    models.push({ name, rows: Number(rows) })
  }
  return { models, tests: await testModels(connection, project) }
}

/** So often a build begins anew where compaction has put files aside that it was about to read. */
const ATTEMPTS = 3

const isFileGone = (error: unknown): boolean =>
  error instanceof Error && /no such file|no files found/i.test(error.message)

/** A build is one transaction: one that fails has changed nothing. */
const buildLasting = async (connection: DuckDBConnection, job: LakeBuild, signal: AbortSignal): Promise<BuiltLake> => {
  for (let attempt = 1; ; attempt++)
    try {
      return await build(connection, job, signal)
    } catch (error) {
      if (attempt === ATTEMPTS || !isFileGone(error)) throw error
    }
}

/** Makes the models of `lake/` from a lake, and tests them. */
export const buildLake = async (job: LakeBuild, signal: AbortSignal): Promise<BuiltLake> => {
  if ((await liveFiles(job.store)).length === 0)
    throw new TickstreamError(
      'TS-LAKE-FILE',
      `${job.store.url} holds no trades yet: run \`tickstream sink lake\` first`
    )
  const instance = await open(job.database)
  const connection = await instance.connect()
  try {
    return await buildLasting(connection, job, signal)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

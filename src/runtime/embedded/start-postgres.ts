import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { TickstreamError } from '../../market/error.ts'
import type { Running } from '../supervise.ts'
import { freePort } from './free-port.ts'
import type { Host } from './host.ts'
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts'
import { commandFor, postgresUser, type SystemUser } from './postgres-user.ts'
import { runProgram } from './run-program.ts'
import { endLeftover, type Leftover, startServer } from './server-process.ts'

const NAME = 'tickstream'
const FIRST_PORT = 5432

/** Where the database is reached; the URL holds its password. */
type StartedPostgres = {
  readonly url: string
  readonly server: Running
  /** Starts it again at the same place after it has ended. */
  readonly again: () => Promise<Running>
}

/** How the database's process is known again. */
export const postgresProcess = (dataDir: string): Leftover => ({
  name: 'PostgreSQL',
  mark: join(dataDir, 'postgres', 'data'),
  pidPath: join(dataDir, 'postgres', 'postgres.pid'),
  stopBy: 'SIGINT'
})

/** Where one database keeps itself, and who runs it. */
type Home = {
  readonly folder: string
  readonly data: string
  readonly binaries: PostgresBinaries
  readonly user: SystemUser | null
}

/**
 * A PostgreSQL on loopback, its data in DATA_DIR/postgres; the port of the last time when it is free, otherwise the next free one.
 * Throws an `environment` error when there is none for this platform or it does not come up.
 */
export const startPostgres = async (host: Host): Promise<StartedPostgres> => {
  const folder = join(host.dataDir, 'postgres')
  const home = { folder, data: join(folder, 'data'), binaries: await postgresBinaries(), user: await postgresUser() }
  const password = passwordOf(home)
  if (!existsSync(join(home.data, 'PG_VERSION'))) await initialise(home, host)
  await endLeftover(postgresProcess(host.dataDir), host)
  const port = await freePort(rememberedPort(folder), 'PostgreSQL')
  const url = (database: string): string => `postgres://${NAME}:${password}@127.0.0.1:${port}/${database}`
  const start = (): Promise<Running> => launch(home, port, () => answers(url('postgres')), host)
  const server = await start()
  writeFileSync(join(folder, 'port'), String(port))
  await createDatabase(url('postgres'))
  return { url: url(NAME), server, again: start }
}

/** Made once, readable to the database's user alone. */
const passwordOf = ({ folder, user }: Home): string => {
  const path = join(folder, 'password')
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, `${randomBytes(18).toString('hex')}\n`, { mode: 0o600 })
  if (user) for (const mine of [folder, path]) chownSync(mine, user.uid, user.gid)
  return readFileSync(path, 'utf8').trim()
}

const initialise = async ({ folder, data, binaries, user }: Home, host: Host): Promise<void> => {
  rmSync(data, { recursive: true, force: true })
  const flags = [`--pgdata=${data}`, `--username=${NAME}`, `--pwfile=${join(folder, 'password')}`]
  const manner = ['--auth=scram-sha-256', '--encoding=UTF8', '--no-locale']
  const { command, as } = commandFor(user, [folder, binaries.initdb], [binaries.initdb, ...flags, ...manner])
  const [file, ...args] = command
  const { code, output } = await runProgram(file, args, {
    withinMs: 120_000,
    signal: host.signal,
    ...(as ? { as } : {})
  })
  host.signal.throwIfAborted()
  if (code === 0) return
  rmSync(data, { recursive: true, force: true })
  throw new TickstreamError('environment', `PostgreSQL could not prepare ${data}: ${output.slice(-400)}`)
}

const launch = (home: Home, port: number, ready: () => Promise<boolean>, host: Host): Promise<Running> => {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'timezone=UTC', 'log_timezone=UTC']
  const flags = ['-D', home.data, '-p', String(port), ...settings.flatMap(setting => ['-c', setting])]
  const { postgres } = home.binaries
  return startServer(
    {
      ...postgresProcess(host.dataDir),
      ...commandFor(home.user, [home.folder, postgres], [postgres, ...flags]),
      logPath: join(host.dataDir, 'logs', 'postgres.log'),
      ready,
      readyWithinMs: 60_000
    },
    host
  )
}

const rememberedPort = (folder: string): number => {
  const path = join(folder, 'port')
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : FIRST_PORT
}

const answers = (url: string): Promise<boolean> =>
  query(url, 'select 1').then(
    () => true,
    () => false
  )

const createDatabase = async (url: string): Promise<void> => {
  const found = await query(url, `select 1 from pg_database where datname = '${NAME}'`)
  if (found.length === 0) await query(url, `create database ${NAME}`)
}

const query = async (url: string, text: string): Promise<readonly unknown[]> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { TickstreamError } from '../../market/error.ts'
import { freePort } from '../process/free-port.ts'
import type { Host } from '../process/host.ts'
import { runProgram } from '../process/run-program.ts'
import { endLeftover, type Leftover, startServer } from '../process/server-process.ts'
import type { Running } from '../process/supervise.ts'
import { whyItEnded } from '../process/why-it-ended.ts'
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts'
import { commandFor, postgresUser, type SystemUser } from './postgres-user.ts'

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

/** Where the URL stands, with its password, readable to this user alone. */
export const urlFile = (dataDir: string): string => join(dataDir, 'postgres', 'url')

/** Where one database keeps itself, and who runs it. */
type Home = {
  readonly folder: string
  readonly data: string
  readonly binaries: PostgresBinaries
  readonly user: SystemUser | null
}

/**
 * A PostgreSQL on loopback, its data in DATA_DIR/postgres; the port of the last time when it is free, otherwise the next free one.
 * Throws `TS-SETUP` when there is none for this platform or it does not come up.
 */
export const startPostgres = async (host: Host): Promise<StartedPostgres> => {
  const folder = join(host.dataDir, 'postgres')
  const home = { folder, data: join(folder, 'data'), binaries: await postgresBinaries(), user: await postgresUser() }
  const password = passwordOf(home)
  if (!existsSync(join(home.data, 'PG_VERSION'))) await initialise(home, host)
  await endLeftover(postgresProcess(host.dataDir), host)
  const port = await freePort(rememberedPort(folder), 'PostgreSQL')
  const url = (database: string): string => `postgres://${NAME}:${password}@127.0.0.1:${port}/${database}`
  const start = (): Promise<Running> => launch(home, port, () => answersFrom(home.data, url('postgres'), port), host)
  const server = await start()
  writeFileSync(join(folder, 'port'), String(port))
  await createDatabase(url('postgres'))
  writeFileSync(urlFile(host.dataDir), `${url(NAME)}\n`, { mode: 0o600 })
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
  if (existsSync(join(data, 'global', 'pg_control')))
    throw new TickstreamError(
      'TS-SETUP',
      `${data} holds a database, but its PG_VERSION is missing: the folder was damaged. Nothing was removed; put the file back from a backup`
    )
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
  throw new TickstreamError('TS-SETUP', `PostgreSQL could not prepare ${data}: ${whyItEnded(output, host.dataDir)}`)
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
      ready
    },
    host
  )
}

const rememberedPort = (folder: string): number => {
  const path = join(folder, 'port')
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : FIRST_PORT
}

/** Whether the server of this folder answers. Throws `TS-SETUP` when another one does, that lets in whoever asks. */
const answersFrom = async (data: string, url: string, port: number): Promise<boolean> => {
  const rows = await query(url, 'show data_directory').catch(() => null)
  if (rows === null) return false
  const [found] = rows.map(row => String((row as { data_directory?: unknown }).data_directory))
  if (found === data || (found !== undefined && existsSync(found) && realpathSync(found) === realpathSync(data)))
    return true
  throw new TickstreamError(
    'TS-SETUP',
    `another PostgreSQL answers at 127.0.0.1:${port} (its data are in ${found}); nothing was written to it. End it, or set POSTGRES_URL to a server that is meant`
  )
}

const createDatabase = async (url: string): Promise<void> => {
  const found = await query(url, `select 1 from pg_database where datname = '${NAME}'`)
  if (found.length === 0) await query(url, `create database ${NAME}`)
}

const query = async (url: string, text: string): Promise<readonly unknown[]> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000, query_timeout: 10_000 })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

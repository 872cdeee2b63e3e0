import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { eventually } from './eventually.ts'
import { type OwnPostgres, startOwnPostgres } from './own-postgres.ts'

/** A primary and its standby, which streams from it. */
export type PostgresPair = {
  readonly primary: OwnPostgres
  readonly standby: OwnPostgres
  /** Makes the one that had been stopped a standby of the other. */
  readonly rejoin: (stopped: 'primary' | 'standby') => Promise<void>
  readonly remove: () => Promise<void>
}

/** Asks one server, whatever its role. */
export const askServer = async (url: string, text: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'tickstream-own-postgres-'))

/** Makes the data in a folder those of a standby; the last setting of a name counts. */
const follow = (folder: string, url: string): void => {
  const { hostname, port, username, password } = new URL(url)
  const data = join(folder, 'postgres', 'data')
  writeFileSync(join(data, 'standby.signal'), '')
  appendFileSync(
    join(data, 'postgresql.auto.conf'),
    `\nprimary_conninfo = 'host=${hostname} port=${port} user=${username} password=${password}'\n`
  )
}

/** Starts two servers, the second from a copy of the first; takes what stands in the first one's data. */
export const startPostgresPair = async (): Promise<PostgresPair> => {
  const folders = { primary: newFolder(), standby: newFolder() }
  const primary = await startOwnPostgres(folders.primary)
  await primary.stop()
  spawnSync('cp', ['-a', join(folders.primary, 'postgres'), folders.standby])
  await primary.again()
  follow(folders.standby, primary.url)
  const standby = await startOwnPostgres(folders.standby)
  const servers = { primary, standby }
  return {
    ...servers,
    rejoin: async stopped => {
      follow(folders[stopped], servers[stopped === 'primary' ? 'standby' : 'primary'].url)
      await servers[stopped].again()
    },
    remove: async () => {
      await Promise.all([primary.remove(), standby.remove()])
    }
  }
}

/** Waits until a standby has all that its primary has written. */
export const caughtUp = async (primary: string, standby: string): Promise<void> => {
  const [row] = await askServer(primary, 'select pg_current_wal_lsn() as lsn')
  const replayed = `select pg_last_wal_replay_lsn() >= '${row?.lsn}' as done`
  await eventually(async () => (await askServer(standby, replayed))[0]?.done === true)
}

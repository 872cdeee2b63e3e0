import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import { testDatabase } from '../support/servers.ts'

/** A migrated database, as its owner and as Grafana see it. */
export type ReadDatabase = {
  readonly owner: pg.Client
  /** Connects as the role of reader-role.sql. */
  readonly connectReader: (password?: string) => Promise<pg.Client>
  /** Runs reader-role.sql. */
  readonly grant: (password: string) => Promise<void>
  readonly drop: () => Promise<void>
}

/** The role of the file is one for the whole server, which may be in use: tests take another name. */
const roleScript = (role: string): string =>
  readFileSync('grafana/reader-role.sql', 'utf8').replaceAll('grafana_reader', role)

const connect = async (config: pg.ClientConfig): Promise<pg.Client> => {
  const client = new pg.Client(config)
  await client.connect()
  return client
}

/** Opens a database of its own; `password` is the reader's. */
export const openDatabase = async (password: string): Promise<ReadDatabase> => {
  const { url, drop } = await testDatabase()
  const role = `r${randomBytes(5).toString('hex')}`
  const pool = createPool(url, 'test')
  await migrate(pool, readMigrations())
  await pool.end()
  const owner = await connect({ connectionString: url })
  const grant = async (of: string): Promise<void> => {
    const client = await connect({ connectionString: url, options: of && `-c tickstream.reader_password=${of}` })
    await client.query(roleScript(role)).finally(() => client.end())
  }
  await grant(password)
  return {
    owner,
    grant,
    connectReader: (of = password) => {
      const way = new URL(url)
      way.username = role
      way.password = of
      return connect({ connectionString: way.href })
    },
    drop: async () => {
      await owner.query(`drop owned by ${role}`)
      await owner.query(`drop role ${role}`)
      await owner.end()
      await drop()
    }
  }
}

import { spawnSync } from 'node:child_process'
import pg from 'pg'
import { TICKSTREAM } from './bench-servers.ts'

const DATABASE = `bench_${process.pid}`

/** Asks a database once. */
export const query = async (url: string, text: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** A database with the product's tables for one run, dropped afterwards; `settings` point a stage to it. */
export const withDatabase = async <T>(
  settings: Readonly<Record<string, string>>,
  work: (settings: Readonly<Record<string, string>> & { readonly POSTGRES_URL: string }) => Promise<T>
): Promise<T> => {
  const server = settings.POSTGRES_URL ?? ''
  await query(server, `create database ${DATABASE}`)
  try {
    const own = { ...settings, POSTGRES_URL: Object.assign(new URL(server), { pathname: `/${DATABASE}` }).href }
    const env = { ...process.env, ...own, LOG_LEVEL: 'error' }
    spawnSync(process.execPath, [TICKSTREAM, 'migrate'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    return await work(own)
  } finally {
    await query(server, `drop database ${DATABASE} with (force)`)
  }
}

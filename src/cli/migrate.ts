import { postgresUrl } from '../runtime/config/postgres-url.ts'
import { createPool } from '../sink/postgres/pool.ts'
import { dumpSchema } from '../sink/postgres/schema/dump-schema.ts'
import { migrate } from '../sink/postgres/schema/migrate.ts'
import { readMigrations } from '../sink/postgres/schema/migrations.ts'
import type { Command } from './run/command.ts'

/** A migration may build an index over years of candles. */
const ANSWER_WITHIN_MS = 3_600_000

const print = (line: string): void => void process.stdout.write(`${line}\n`)

export const command: Command = {
  name: 'migrate',
  summary: 'bring the database to the newest sql/ file',
  usage: 'Safe to repeat, and to run twice at once.\n--dump   afterwards print the schema (what sql/schema.sql holds)',
  options: { dump: { type: 'boolean' } },
  run: async ({ config, values, log }) => {
    const pool = createPool(postgresUrl(config), 'migrate', { answerWithinMs: ANSWER_WITHIN_MS, access: 'write' })
    try {
      const applied = await migrate(pool, readMigrations())
      log.debug({ applied: applied.length }, 'migrated')
      if (values.dump === true) process.stdout.write(await dumpSchema(pool))
      else if (applied.length === 0) print('the database is up to date')
      else for (const { version, name } of applied) print(`applied ${String(version).padStart(4, '0')}_${name}`)
      return 0
    } finally {
      await pool.end()
    }
  }
}

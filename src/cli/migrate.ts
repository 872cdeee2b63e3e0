import { TickstreamError } from '../market/error.ts'
import { systemClock as clock } from '../runtime/clock.ts'
import { postgresUrl } from '../runtime/config/postgres-url.ts'
import { keepPartitions } from '../sink/postgres/partition/keep-partitions.ts'
import { createPool } from '../sink/postgres/pool.ts'
import { dumpSchema } from '../sink/postgres/schema/dump-schema.ts'
import { migrate } from '../sink/postgres/schema/migrate.ts'
import { readMigrations } from '../sink/postgres/schema/migrations.ts'
import { type Move, moveRows } from '../sink/postgres/schema/move-rows.ts'
import type { Command } from './run/command.ts'

/** A migration may build an index over years of candles. */
const ANSWER_WITHIN_MS = 3_600_000
/** A line so often while rows are moved, and one when a table is done. */
const SAY_EVERY_ROWS = 1_000_000

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const printMove = ({ table, rows, done }: Move): void => {
  if (done) print(`${table}: all ${rows} rows of before are in partitions`)
  else if (rows % SAY_EVERY_ROWS === 0) print(`${table}: ${rows} rows of before so far`)
}

export const command: Command = {
  name: 'migrate',
  summary: 'bring the database to the newest sql/ file, and its rows into partitions',
  usage:
    'Safe to repeat, to kill, and to run twice at once. Makes partitions ahead, and drops those that are past by RETENTION_…, as `sink postgres` does.\n--dump   afterwards print the schema (what sql/schema.sql holds)',
  options: { dump: { type: 'boolean' } },
  run: async ({ config, values, log }) => {
    const pool = createPool(postgresUrl(config), 'migrate', { answerWithinMs: ANSWER_WITHIN_MS, access: 'write' })
    const isDump = values.dump === true
    try {
      const applied = await migrate(pool, readMigrations())
      log.debug({ applied: applied.length }, 'migrated')
      if (!isDump) for (const { version, name } of applied) print(`applied ${String(version).padStart(4, '0')}_${name}`)
      const moved = await moveRows(pool, { ...config, now: clock.now(), ...(isDump ? {} : { onMove: printMove }) })
      await keepPartitions(pool, config.retention, clock.now()).catch(error => {
        if (!(error instanceof TickstreamError && error.retryable)) throw error
        log.warn({ err: error }, 'partitions are kept later, by `sink postgres` or the next `migrate`')
      })
      if (isDump) process.stdout.write(await dumpSchema(pool))
      else if (applied.length === 0 && moved === 0) print('the database is up to date')
      return 0
    } finally {
      await pool.end()
    }
  }
}

import { command as migrateCommand } from '../../src/cli/migrate.ts'
import { command as sinkCommand } from '../../src/cli/stage/sink-postgres.ts'
import { checkDatabase } from '../../src/doctor/check-database.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createLog } from '../../src/runtime/observe/log.ts'

/** How a command met a database: it ended with these words, or waits with them in `/readyz`; `ok` when it found nothing wrong. */
export type Met = { readonly kind: 'ok' | 'ended' | 'waits'; readonly words: string }

const NO_BROKER = '127.0.0.1:1'
const LOOK_EVERY_MS = 10

const contextOf = (url: string) => {
  const stop = new AbortController()
  const config = readConfig({ POSTGRES_URL: url, KAFKA_BROKERS: NO_BROKER })
  const log = createLog('test', 'silent')
  return { stop, config, log, health: createHealth(), values: {}, positionals: [], signal: stop.signal }
}

/** Everything that doctor misses about a database. */
export const doctorsWords = async (url: string): Promise<readonly string[]> => {
  const findings = await checkDatabase(contextOf(url))
  return findings.filter(({ state }) => state === 'missing').map(({ says }) => says)
}

/** What `sink postgres` meets first, with no broker behind it: once it waits for Kafka the database was right. */
export const sinksWords = async (url: string): Promise<Met> => {
  const context = contextOf(url)
  const ended = sinkCommand.run(context).then(
    (): Met => ({ kind: 'ok', words: '' }),
    (error: Error): Met => ({ kind: 'ended', words: error.message })
  )
  const waits = async (): Promise<Met> => {
    for (;;) {
      const [problem] = context.health.problems()
      if (problem?.startsWith('sink-postgres: ')) return { kind: 'waits', words: problem.slice(15) }
      if (problem) return { kind: 'ok', words: '' }
      await systemClock.sleep(LOOK_EVERY_MS, context.signal)
    }
  }
  const met = await Promise.race([ended, waits()])
  context.stop.abort()
  await ended
  return met
}

/** What `migrate` says when it fails; null when it is done. */
export const migratesWords = (url: string): Promise<string | null> =>
  migrateCommand.run(contextOf(url)).then(
    () => null,
    (error: Error) => error.message
  )

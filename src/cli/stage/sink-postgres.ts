import { createKafka } from '../../kafka/client/client.ts'
import { retryWhileUnavailable } from '../../kafka/client/retry-while-unavailable.ts'
import { createPublisher } from '../../kafka/produce/publisher.ts'
import { runSinkTask } from '../../kafka/sink/sink-task.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { postgresUrl } from '../../runtime/config/postgres-url.ts'
import { createPool } from '../../sink/postgres/pool.ts'
import { postgresSink } from '../../sink/postgres/postgres-sink.ts'
import { dryRunWrites } from '../../sink/postgres/schema/dry-run.ts'
import { readMigrations } from '../../sink/postgres/schema/migrations.ts'
import type { Command } from '../run/command.ts'

const STAGE = 'sink-postgres'

export const command: Command = {
  name: 'sink postgres',
  summary:
    'store final candles, verifications, indicators, KPIs, pairs, composites, alerts, gaps, instruments and dead letters in PostgreSQL',
  usage:
    'Writes to POSTGRES_URL, after `tickstream migrate`. Rows and positions are one transaction, so a restart repeats nothing and skips nothing.',
  options: {},
  stage: true,
  run: async ({ config, log, health, signal }) => {
    const { topicPrefix: prefix } = config
    const pool = createPool(postgresUrl(config), STAGE, { access: 'write' })
    const kafka = createKafka(config.kafka, STAGE, log)
    const publisher = createPublisher({ kafka, prefix, stage: STAGE, log, health, clock, random: Math.random })
    try {
      await retryWhileUnavailable(() => dryRunWrites(pool, readMigrations()), {
        clock,
        log,
        health,
        signal,
        part: STAGE
      })
      await runSinkTask({
        sink: postgresSink(pool, prefix + STAGE),
        kafka,
        prefix,
        publisher,
        clock,
        log,
        health,
        signal
      })
      return 0
    } finally {
      await publisher.close()
    }
  }
}

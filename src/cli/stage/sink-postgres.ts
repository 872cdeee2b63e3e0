import { createKafka } from '../../kafka/client/client.ts'
import { retryWhileUnavailable } from '../../kafka/client/retry-while-unavailable.ts'
import { createPublisher } from '../../kafka/produce/publisher.ts'
import { runSinkTask } from '../../kafka/sink/sink-task.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { postgresUrl } from '../../runtime/config/postgres-url.ts'
import { openPartitions } from '../../sink/postgres/partition/partitions.ts'
import { createPool } from '../../sink/postgres/pool.ts'
import { postgresSink } from '../../sink/postgres/postgres-sink.ts'
import { dryRunWrites } from '../../sink/postgres/schema/dry-run.ts'
import { readMigrations } from '../../sink/postgres/schema/migrations.ts'
import type { Command } from '../run/command.ts'

const STAGE = 'sink-postgres'
const KEEP_WITHIN_MS = 300_000

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
    // Moving what stands in the rest may take longer than a batch.
    const keeper = createPool(postgresUrl(config), `${STAGE}-partitions`, {
      access: 'write',
      answerWithinMs: KEEP_WITHIN_MS
    })
    const ended = new AbortController()
    const partitions = openPartitions({ pool: keeper, retention: config.retention, clock, log, health })
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
      void partitions.keep(AbortSignal.any([signal, ended.signal]))
      await runSinkTask({
        sink: postgresSink(pool, prefix + STAGE, partitions),
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
      ended.abort()
      await Promise.all([publisher.close(), keeper.end()])
    }
  }
}

import { randomUUID } from 'node:crypto'
import manifest from '../../../package.json' with { type: 'json' }
import { readGroupLags } from '../../kafka/admin/group-lags.ts'
import { createKafka } from '../../kafka/client/client.ts'
import { createPublisher } from '../../kafka/produce/publisher.ts'
import { runLiveReader } from '../../kafka/read/live-reader.ts'
import { TickstreamError } from '../../market/error.ts'
import { createBacktests } from '../../research/backtest/run-backtest.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { buildWebApp } from '../../serve/http/web-app.ts'
import { LIVE_TOPICS } from '../../serve/live/live-tail.ts'
import { serve } from '../../serve/serve.ts'
import { createHistory, type Query } from '../../serve/store/database-reader.ts'
import { inTransaction } from '../../sink/postgres/in-transaction.ts'
import { createPool } from '../../sink/postgres/pool.ts'
import { alertRules } from '../../topics.ts'
import type { Command, Context } from '../run/command.ts'

const STAGE = 'serve'
/** Requests of one address in a second. */
const MAX_REQUESTS = 3_000

type Pool = ReturnType<typeof createPool>

const queryOn =
  (pool: Pool): Query =>
  (text, values) =>
    inTransaction(
      pool,
      async client => (await client.query<unknown[]>({ text, values: [...values], rowMode: 'array' })).rows
    )

const withoutDatabase = async (): Promise<never> => {
  throw new TickstreamError('TS-SETUP', 'there are no stored candles: the gateway has no POSTGRES_URL')
}

const run = async (context: Context): Promise<number> => {
  const { config, log, health, signal } = context
  const { topicPrefix: prefix, gateway, symbols, pairs, intervals, postgresUrl: url } = config
  const kafka = createKafka(config.kafka, STAGE, log)
  const pool = url === null ? null : createPool(url, STAGE)
  const backtests = url === null ? null : createBacktests(url)
  const publisher = createPublisher({ kafka, prefix, stage: STAGE, log, health, clock, random: Math.random })
  const groupId = `${prefix}serve-${randomUUID()}`
  try {
    await serve({
      gateway,
      prefix,
      symbols,
      pairs,
      intervals,
      version: manifest.version,
      files: await buildWebApp(),
      history: pool && createHistory(queryOn(pool)),
      follow: reader =>
        runLiveReader({
          ...reader,
          kafka,
          prefix,
          groupId,
          topics: LIVE_TOPICS,
          clock,
          random: Math.random,
          health,
          log,
          signal
        }),
      readLags: () => readGroupLags(kafka, prefix),
      writeRule: (name, rule) =>
        publisher.send([
          { topic: alertRules.name, key: name, value: rule && alertRules.codec.encode(rule), time: clock.now() }
        ]),
      runBacktest: backtests?.run ?? withoutDatabase,
      mostRequests: MAX_REQUESTS,
      clock,
      health,
      log,
      signal,
      onListening: address => log.info({ address }, 'the gateway listens')
    })
    return 0
  } finally {
    await Promise.allSettled([publisher.close(), pool?.end(), backtests?.close()])
  }
}

export const command: Command = {
  name: 'serve',
  summary: 'serve the API and the web dashboard',
  usage: `Listens on HTTP_HOST:HTTP_PORT (127.0.0.1:8080). History comes from POSTGRES_URL, what is newer from Kafka, joined without a seam.
Other machines may reach it with API_TOKEN alone. /openapi.json says what it takes and gives; /ws and /api/v1/stream are live.
Start as many as are wanted: each reads the live edge for itself.`,
  options: {},
  stage: true,
  run
}

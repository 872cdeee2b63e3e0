import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import { candles } from '../src/topics.ts'
import type { BenchOptions, Figures } from './bench.ts'
import { TICKSTREAM } from './bench-servers.ts'
import { withTopics } from './bench-topics.ts'
import { quantile } from './quantile.ts'
import { startExchange } from './start-exchange.ts'

const WARM_UP_MS = 8_000

/** Wall clock at the reader less the end of the window, of every final 1s candle: it includes the wait for the next trade, which closes the window. */
const readLatencies = async (kafka: Kafka, prefix: string, forMs: number): Promise<readonly number[]> => {
  const consumer = kafka.consumer({ groupId: `${prefix}reader`, readUncommitted: false, maxWaitTimeInMs: 20 })
  const latencies: number[] = []
  const countFrom = Date.now() + WARM_UP_MS
  await consumer.connect()
  await consumer.subscribe({ topic: prefix + candles['1s'].name, fromBeginning: false })
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const now = Date.now()
      if (now < countFrom) return
      for (const { value } of batch.messages) {
        const candle = candles['1s'].codec.decode(value ?? Buffer.alloc(0))
        if (candle.final && candle.status === 'traded') latencies.push(now - candle.closeTime)
      }
    }
  })
  await sleep(WARM_UP_MS + forMs)
  await consumer.disconnect()
  return latencies.sort((a, b) => a - b)
}

/** An exchange at a steady rate → ingest → aggregate → a read_committed reader, each a process of its own. */
export const latency = ({ rate, seconds }: BenchOptions): Promise<Figures> =>
  withTopics(async ({ kafka, prefix, settings }) => {
    const exchange = await startExchange(rate, 10)
    const env = { ...process.env, ...settings, ...exchange.settings, LOG_LEVEL: 'error' }
    const stages = ['aggregate', 'ingest'].map(name =>
      spawn(process.execPath, [TICKSTREAM, name], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    )
    try {
      const latencies = await readLatencies(kafka, prefix, seconds * 1000)
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map(q => quantile(latencies, q))
      return { rate, candles: latencies.length, p50: p50!, p95: p95!, p99: p99!, unit: 'ms' }
    } finally {
      for (const stage of stages) {
        stage.kill('SIGTERM')
        if (stage.exitCode === null) await once(stage, 'exit')
      }
      await exchange.stop()
    }
  })

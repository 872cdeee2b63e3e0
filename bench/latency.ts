import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import { candles } from '../src/topics.ts'
import { withTopics } from './bench-topics.ts'
import type { BenchOptions, Figures } from './main.ts'

const BIN = join(import.meta.dirname, '../src/cli/tickstream.ts')
const EXCHANGE = join(import.meta.dirname, 'steady-exchange.ts')
const SYMBOLS = Array.from({ length: 10 }, (_, n) => `sim:C${n}/USDT`)
const WARM_UP_MS = 8_000

const start = (script: string, args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess =>
  spawn(process.execPath, [script, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })

const firstLine = async (child: ChildProcess): Promise<string> => {
  const [bytes] = (await once(child.stdout!, 'data')) as [Buffer]
  return String(bytes)
}

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

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN

/** An exchange at a steady rate → ingest → aggregate → a read_committed reader, each a process of its own. */
export const latency = ({ rate, seconds }: BenchOptions): Promise<Figures> =>
  withTopics(async ({ kafka, brokers, prefix }) => {
    const exchange = start(EXCHANGE, [String(rate), String(SYMBOLS.length)], {})
    const { ws, rest } = JSON.parse(await firstLine(exchange)) as { ws: string; rest: string }
    const env = {
      KAFKA_BROKERS: brokers,
      TOPIC_PREFIX: prefix,
      SYMBOLS: SYMBOLS.join(','),
      BINANCE_WS_URL: ws,
      BINANCE_REST_URL: rest,
      LOG_LEVEL: 'error'
    }
    const stages = [start(BIN, ['aggregate'], env), start(BIN, ['ingest'], env)]
    try {
      const latencies = await readLatencies(kafka, prefix, seconds * 1000)
      return {
        rate,
        candles: latencies.length,
        p50: quantile(latencies, 0.5),
        p95: quantile(latencies, 0.95),
        p99: quantile(latencies, 0.99),
        unit: 'ms'
      }
    } finally {
      for (const child of [...stages, exchange]) {
        child.kill('SIGTERM')
        if (child.exitCode === null) await once(child, 'exit')
      }
    }
  })

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Kafka } from 'kafkajs'
import { createKafka } from '../src/kafka/client.ts'
import { offsetsOf, readRanges } from '../src/kafka/read-range.ts'
import { readTopicFiles } from '../src/kafka/topic-files.ts'
import { applyTopics } from '../src/kafka/topics-admin.ts'
import { withAdmin } from '../src/kafka/with-admin.ts'
import type { Candle } from '../src/market/candle.ts'
import { INTERVALS, type Interval } from '../src/market/interval.ts'
import { createLog } from '../src/runtime/log.ts'
import { candles, rawTicks } from '../src/topics.ts'
import { wrongCandles } from './check-candles.ts'
import type { BenchOptions, Figures } from './main.ts'
import { type MarketPlan, seededTicks } from './seeded-trades.ts'

const log = createLog('bench', 'warn')
const BATCH = 5_000

const fill = async (kafka: Kafka, topic: string, plan: MarketPlan): Promise<void> => {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  let messages: { key: string; value: string; timestamp: string }[] = []
  const send = async (): Promise<void> => {
    if (messages.length > 0) await producer.send({ topic, messages, acks: -1 })
    messages = []
  }
  for (const tick of seededTicks(plan)) {
    messages.push({ key: rawTicks.key(tick), value: rawTicks.codec.encode(tick), timestamp: String(tick.time) })
    if (messages.length === BATCH) await send()
  }
  await send()
  await producer.disconnect()
}

const readFinals = async (kafka: Kafka, topic: string, interval: Interval): Promise<readonly Candle[]> => {
  const found: Candle[] = []
  const ranges = (await offsetsOf(kafka, topic)).map(at => ({
    topic,
    partition: at.partition,
    from: at.low,
    to: at.high
  }))
  await readRanges(kafka, ranges, records => {
    for (const { value } of records) {
      const candle = candles[interval].codec.decode(value ?? Buffer.alloc(0))
      if (candle.final) found.push(candle)
    }
  })
  return found
}

const runProcess = async (
  args: readonly string[]
): Promise<{ seconds: number; cpuSeconds: number; peakRssMiB: number; finals: number }> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'aggregate-process.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let printed = ''
  child.stdout.on('data', (bytes: Buffer) => {
    printed += String(bytes)
  })
  await once(child, 'exit')
  return JSON.parse(printed) as Awaited<ReturnType<typeof runProcess>>
}

/** Catch-up of `records` trades that stand in raw_ticks before the stage starts. Timed from its first output to the commit of the last input. */
export const aggregateBench = async (options: BenchOptions): Promise<Figures> => {
  const brokers = process.env.KAFKA_BROKERS ?? '127.0.0.1:9092'
  const kafka = createKafka({ brokers: brokers.split(','), ssl: false, sasl: null }, 'bench', log)
  const prefix = `bench-${process.pid}-${Date.now().toString(36)}-`
  const plan = { trades: options.records, symbols: 20, minutes: 60, seed: 1 }
  const intervals = (options.intervals ?? INTERVALS) as readonly Interval[]
  const files = readTopicFiles().map(file => ({
    ...file,
    config: { ...file.config, ...('retention.ms' in file.config ? { 'retention.ms': '-1' } : {}) }
  }))
  await applyTopics(kafka, prefix, files, false)
  try {
    await fill(kafka, prefix + rawTicks.name, plan)
    const ends = Object.fromEntries(
      (await offsetsOf(kafka, prefix + rawTicks.name)).map(at => [at.partition, String(at.high)])
    )
    const run = await runProcess([brokers, prefix, JSON.stringify(ends), intervals.join(',')])
    let wrong = 0
    for (const interval of intervals)
      wrong += wrongCandles(plan, interval, await readFinals(kafka, prefix + candles[interval].name, interval))
    return {
      ticksPerSecond: Math.round(options.records / run.seconds),
      cpuSecondsPerMillion: Number(((run.cpuSeconds / options.records) * 1e6).toFixed(2)),
      peakRssMiB: run.peakRssMiB,
      finals: run.finals,
      wrong,
      checked: wrong === 0
    }
  } finally {
    await withAdmin(kafka, async admin => {
      const topics = (await admin.listTopics()).filter(name => name.startsWith(prefix))
      await admin.deleteTopics({ topics })
    })
  }
}

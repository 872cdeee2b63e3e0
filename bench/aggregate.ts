import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Kafka } from 'kafkajs'
import { offsetsOf, readRanges } from '../src/kafka/read-range.ts'
import type { Candle } from '../src/market/candle.ts'
import { INTERVALS, type Interval } from '../src/market/interval.ts'
import { candles, rawTicks } from '../src/topics.ts'
import { withTopics } from './bench-topics.ts'
import { wrongCandles } from './check-candles.ts'
import type { BenchOptions, Figures } from './main.ts'
import { type MarketPlan, seededTicks } from './seeded-trades.ts'

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

/** Catch-up of `records` trades that stand in raw_ticks before the stage starts, timed from when its partitions are taken to the commit of the last input. */
export const aggregateBench = (options: BenchOptions): Promise<Figures> =>
  withTopics(async ({ kafka, brokers, prefix }) => {
    const plan = { trades: options.records, symbols: 20, minutes: 60, seed: 1 }
    const intervals = (options.intervals ?? INTERVALS) as readonly Interval[]
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
  })

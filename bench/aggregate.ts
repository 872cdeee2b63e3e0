import type { Kafka } from 'kafkajs'
import { readTopic } from '../src/kafka/read/read-range.ts'
import { INTERVALS, type Interval } from '../src/market/interval.ts'
import type { Candle } from '../src/market/records/derived/candle.ts'
import { candles } from '../src/topics.ts'
import type { BenchOptions, Figures } from './bench.ts'
import { withTopics } from './bench-topics.ts'
import { catchUp, fill } from './catch-up.ts'
import { wrongCandles } from './check-candles.ts'
import { seededTicks } from './seeded-trades.ts'

const readFinals = async (kafka: Kafka, topic: string, interval: Interval): Promise<readonly Candle[]> => {
  const found: Candle[] = []
  await readTopic(kafka, topic, records => {
    for (const { value } of records) {
      const candle = candles[interval].codec.decode(value ?? Buffer.alloc(0))
      if (candle.final) found.push(candle)
    }
  })
  return found
}

/** Catch-up of `records` trades that stand in raw_ticks before the stage starts, timed from when its partitions are taken to the commit of the last input. */
export const aggregateBench = (options: BenchOptions): Promise<Figures> =>
  withTopics(async topics => {
    const { kafka, prefix } = topics
    const plan = { trades: options.records, symbols: options.symbols ?? 20, minutes: 60, seed: 1 }
    const intervals = (options.intervals ?? INTERVALS) as readonly Interval[]
    await fill(kafka, prefix, seededTicks(plan))
    const run = await catchUp(topics, { intervals, processes: options.processes, guarantee: options.guarantee })
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

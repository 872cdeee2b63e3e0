import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import { offsetsOf } from '../src/kafka/admin/log/resume-offsets.ts'
import { readRanges } from '../src/kafka/read/read-range.ts'
import { rawTicks } from '../src/topics.ts'
import type { BenchOptions, Figures } from './bench.ts'
import { TICKSTREAM } from './bench-servers.ts'
import { withTopics } from './bench-topics.ts'
import { cpuSeconds } from './process-usage.ts'
import { startExchange } from './start-exchange.ts'
import { ingestVenues } from './venue/ingest-venue.ts'

const WARM_UP_MS = 4_000

const stored = async (kafka: Kafka, topic: string): Promise<number> =>
  (await offsetsOf(kafka, topic)).reduce((sum, at) => sum + Number(at.high - at.low), 0)

/** When the newest stored trade was printed. */
const newestTime = async (kafka: Kafka, topic: string): Promise<number> => {
  let newest = 0
  const ranges = (await offsetsOf(kafka, topic))
    .filter(at => at.high > at.low)
    .map(at => ({ topic, partition: at.partition, from: at.high - 1n, to: at.high }))
  await readRanges(kafka, ranges, records => {
    for (const { value } of records) newest = Math.max(newest, rawTicks.codec.decode(value ?? Buffer.alloc(0)).time)
  })
  return newest
}

/** How far ingest is behind. */
const behindMs = async (kafka: Kafka, topic: string): Promise<number> => {
  const now = Date.now()
  return now - (await newestTime(kafka, topic))
}

/** How long after the end of a burst its last trade is stored. */
const drainedMs = async (kafka: Kafka, topic: string, burst: () => Promise<number>): Promise<number> => {
  const endedAt = await burst()
  while ((await newestTime(kafka, topic)) < endedAt) await sleep(20)
  return Date.now() - endedAt
}

/** An exchange that prints evenly, and then in a burst where one is asked for → ingest → raw_ticks. */
const toBroker = ({ rate, seconds, burst }: BenchOptions): Promise<Figures> =>
  withTopics(async ({ kafka, prefix, settings }) => {
    const exchange = await startExchange(rate, 10, burst)
    const env = { ...process.env, ...settings, ...exchange.settings, LOG_LEVEL: 'error' }
    const stage = spawn(process.execPath, [join(TICKSTREAM), 'ingest'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    try {
      await sleep(WARM_UP_MS)
      const topic = prefix + rawTicks.name
      const [before, cpu, beganAt] = [await stored(kafka, topic), cpuSeconds(stage.pid ?? 0), performance.now()]
      await sleep(seconds * 1000)
      const [after, took, used] = [
        await stored(kafka, topic),
        (performance.now() - beganAt) / 1000,
        cpuSeconds(stage.pid ?? 0) - cpu
      ]
      return {
        rate,
        framesPerSecond: Math.round((after - before) / took),
        behindMs: await behindMs(kafka, topic),
        cpuShare: Number((used / took).toFixed(2)),
        ...(burst > 1 ? { burst, burstDrainedMs: await drainedMs(kafka, topic, exchange.burst) } : {})
      }
    } finally {
      stage.kill('SIGTERM')
      if (stage.exitCode === null) await once(stage, 'exit')
      await exchange.stop()
    }
  })

export const ingest = (options: BenchOptions): Promise<Figures> =>
  options.venues === null ? toBroker(options) : ingestVenues(options.venues, options)

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Kafka } from 'kafkajs'
import { offsetsOf } from '../src/kafka/read-range.ts'
import type { Interval } from '../src/market/interval.ts'
import type { Tick } from '../src/market/trade.ts'
import { rawTicks } from '../src/topics.ts'
import type { BenchTopics } from './bench-topics.ts'

const BATCH = 5_000

/** Puts ticks into raw_ticks. */
export const fill = async (kafka: Kafka, prefix: string, ticks: Iterable<Tick>): Promise<void> => {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  const topic = prefix + rawTicks.name
  await producer.connect()
  let messages: { key: string; value: string; timestamp: string }[] = []
  const send = async (): Promise<void> => {
    if (messages.length > 0) await producer.send({ topic, messages, acks: -1 })
    messages = []
  }
  for (const tick of ticks) {
    messages.push({ key: rawTicks.key(tick), value: rawTicks.codec.encode(tick), timestamp: String(tick.time) })
    if (messages.length === BATCH) await send()
  }
  await send()
  await producer.disconnect()
}

/** What the aggregate process says of itself when it has committed all of its input. */
export type CatchUp = {
  /** From the start of the process until its partitions are taken and restored. */
  readonly takenAfterSeconds: number
  /** From there to the commit of the last input. */
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakRssMiB: number
  readonly finals: number
}

/** Runs the aggregate stage as a process of its own until all that stands in raw_ticks is committed. */
export const catchUp = async (
  { kafka, brokers, prefix }: BenchTopics,
  intervals: readonly Interval[]
): Promise<CatchUp> => {
  const ends = Object.fromEntries(
    (await offsetsOf(kafka, prefix + rawTicks.name)).map(at => [at.partition, String(at.high)])
  )
  const args = [
    join(import.meta.dirname, 'aggregate-process.ts'),
    brokers,
    prefix,
    JSON.stringify(ends),
    intervals.join(',')
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.on('data', (bytes: Buffer) => {
    printed += String(bytes)
  })
  await once(child, 'exit')
  return JSON.parse(printed) as CatchUp
}

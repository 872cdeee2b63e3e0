import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Kafka } from 'kafkajs'
import { offsetsOf } from '../src/kafka/admin/log/resume-offsets.ts'
import type { Interval } from '../src/market/interval.ts'
import type { Tick } from '../src/market/records/feed/trade.ts'
import { STAGE_FLAGS } from '../src/runtime/heap.ts'
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

/** What a catch-up took and used. */
export type CatchUp = {
  /** From the start of the first process until its partitions are taken and restored. */
  readonly takenAfterSeconds: number
  /** From there to the commit of the last input. */
  readonly seconds: number
  readonly cpuSeconds: number
  /** Of the process that took most. */
  readonly peakRssMiB: number
  readonly finals: number
}

export type CatchUpOptions = {
  readonly intervals: readonly Interval[]
  readonly processes?: number
  readonly guarantee?: 'exactly-once' | 'at-least-once'
}

type Event = {
  readonly taken?: number
  readonly afterSeconds?: number
  readonly partition?: number
  readonly offset?: number
  readonly at?: number
  readonly cpuSeconds?: number
  readonly peakRssMiB?: number
  readonly finals?: number
}

/** Lines of JSON that a process prints, as they come. */
const startProcess = (args: readonly string[], onEvent: (event: Event) => void): ChildProcess => {
  const child = spawn(process.execPath, [...STAGE_FLAGS, join(import.meta.dirname, 'aggregate-process.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  createInterface({ input: child.stdout }).on('line', line => onEvent(JSON.parse(line) as Event))
  return child
}

/** Runs the aggregate stage as processes of their own until all that stands in raw_ticks is committed. */
export const catchUp = async (
  { kafka, brokers, prefix }: BenchTopics,
  { intervals, processes = 1, guarantee = 'exactly-once' }: CatchUpOptions
): Promise<CatchUp> => {
  const waiting = new Map((await offsetsOf(kafka, prefix + rawTicks.name)).map(at => [at.partition, Number(at.high)]))
  const events: Event[] = []
  const done = Promise.withResolvers<number>()
  const onEvent = (event: Event): void => {
    events.push(event)
    const { partition, offset = 0, at = 0 } = event
    if (partition !== undefined && offset >= (waiting.get(partition) ?? Number.POSITIVE_INFINITY))
      waiting.delete(partition)
    if (waiting.size === 0) done.resolve(at)
  }
  const children = Array.from({ length: processes }, () =>
    startProcess([brokers, prefix, intervals.join(','), guarantee], onEvent)
  )
  const endedAt = await done.promise
  for (const child of children) child.kill('SIGTERM')
  await Promise.all(children.map(child => once(child, 'close')))
  const first = events.find(event => event.taken !== undefined)
  const used = events.filter(event => event.cpuSeconds !== undefined)
  const sum = (name: 'cpuSeconds' | 'finals'): number => used.reduce((total, event) => total + (event[name] ?? 0), 0)
  return {
    takenAfterSeconds: first?.afterSeconds ?? 0,
    seconds: (endedAt - (first?.taken ?? endedAt)) / 1000,
    cpuSeconds: sum('cpuSeconds'),
    peakRssMiB: Math.max(...used.map(event => event.peakRssMiB ?? 0)),
    finals: sum('finals')
  }
}

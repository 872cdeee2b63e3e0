import { expect, test } from '@jest/globals'
import type { Consumer, ConsumerConfig, ConsumerRunConfig, EachBatchPayload, Kafka } from 'kafkajs'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { runSinkTask } from '../../src/kafka/sink/sink-task.ts'
import { TaskManager } from '../../src/kafka/task/task-manager.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { topicPartitionKey } from '../../src/stream/sink.ts'
import { rawTicks } from '../../src/topics.ts'
import { DAY, heartbeat, trade } from '../support/market.ts'
import { memorySink } from '../support/memory-sink.ts'
import { silent } from '../support/silent.ts'
import { oneProcess } from './one-process.ts'

const PARTITION = 1
const TICKS = [trade(1, DAY + 100), trade(2, DAY + 200), heartbeat(2, DAY + 1_500)]

/** The client, and the callback that it was given for batches. */
const listening = (kafka: Kafka) => {
  let hand: ConsumerRunConfig['eachBatch']
  const consumer = (config: ConsumerConfig): Consumer => {
    const real = kafka.consumer(config)
    const run = (options: ConsumerRunConfig = {}): Promise<void> => {
      hand = options.eachBatch
      return real.run(options)
    }
    return { ...real, run }
  }
  return { kafka: { ...kafka, consumer } as Kafka, hand: (payload: EachBatchPayload) => hand?.(payload) }
}

/** A batch from far behind what the partition was restored to. Once it is committed, nothing before it is read again. */
const staleBatch = (): EachBatchPayload => {
  const messages = [
    { key: null, value: Buffer.from(rawTicks.codec.encode(trade(9, DAY + 9_000))), offset: '99', timestamp: '0' }
  ]
  const batch = {
    topic: 'raw_ticks',
    partition: PARTITION,
    messages,
    firstOffset: () => '99',
    lastOffset: () => '99',
    offsetLag: () => '0'
  }
  return { batch, isStale: () => true, heartbeat: async () => undefined } as unknown as EachBatchPayload
}

test('a batch that was fetched before the partition was taken again makes it skip nothing', async () => {
  const { timeline, broker, life, kafka, logs } = oneProcess('aggregate')
  const client = listening(kafka)
  const stop = new AbortController()
  const ended = new TaskManager({
    topology: aggregate({ intervals: ['1s'], gapHoldMs: 10_000, revisionHorizonMs: 60_000 }),
    kafka: client.kafka,
    logs,
    prefix: '',
    commitEveryMs: 100,
    clock: life.clock,
    log: silent,
    health: createHealth(),
    signal: stop.signal
  }).start()
  await timeline.run(3_000)
  await client.hand(staleBatch())
  await timeline.run(4_000)
  broker.log('raw_ticks', PARTITION).append(
    TICKS.map(tick => ({ key: rawTicks.key(tick), value: rawTicks.codec.encode(tick), time: tick.time })),
    null
  )
  await timeline.run(6_000)
  const finals = broker.visible('ohlcv_1s').filter(({ value }) => value?.includes('"final":true'))
  expect(finals).toHaveLength(1)
  stop.abort()
  await timeline.run(7_000)
  await ended
})

test('marks of transactions that were fetched before it lead no sink past what it has not read', async () => {
  const { timeline, broker, life, kafka, logs } = oneProcess('sink')
  const sink = memorySink({ topics: ['alerts'] })
  const listeners: ((event: object) => void)[] = []
  const consumer = (config: ConsumerConfig): Consumer => {
    const real = kafka.consumer(config)
    const on = (event: string, listener: never): unknown => {
      if (event === real.events.END_BATCH_PROCESS) listeners.push(listener)
      return (real.on as (event: string, listener: never) => unknown)(event, listener)
    }
    return { ...real, on: on as Consumer['on'] }
  }
  const stop = new AbortController()
  const ended = runSinkTask({
    sink,
    kafka: { ...kafka, consumer } as Kafka,
    logs,
    publisher: { send: async () => undefined, close: async () => undefined },
    prefix: '',
    clock: life.clock,
    log: silent,
    health: createHealth(),
    signal: stop.signal
  })
  await timeline.run(2_000)
  const stale = {
    topic: 'alerts',
    partition: 0,
    batchSize: 0,
    firstOffset: '98',
    lastOffset: '99',
    highWatermark: '100'
  }
  for (const listener of listeners) listener({ payload: { ...stale, isStale: true } })
  await timeline.run(3_000)
  broker.log('alerts', 0).append([{ key: 'a', value: '1', time: DAY }], null)
  await timeline.run(6_000)
  expect(sink.values).toEqual(['1'])
  expect(sink.stored.get(topicPartitionKey({ topic: 'alerts', partition: 0 }))).toBe(1n)
  stop.abort()
  await timeline.run(12_000)
  await ended.catch(() => undefined)
})

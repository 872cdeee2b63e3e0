import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Kafka } from 'kafkajs'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { applyTopics } from '../../src/kafka/admin/apply-topics.ts'
import { offsetsOf } from '../../src/kafka/admin/log/resume-offsets.ts'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { createKafka } from '../../src/kafka/client/client.ts'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { readTopic } from '../../src/kafka/read/read-range.ts'
import type { Offsets } from '../../src/kafka/task/commit/state-changelog.ts'
import { commitRecords, fenceProducer } from '../../src/kafka/task/commit/transactions.ts'
import { TaskManager } from '../../src/kafka/task/task-manager.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { type Clock, systemClock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createLog } from '../../src/runtime/observe/log.ts'
import { outgoing } from '../../src/stream/topic.ts'
import { candles, deadLetters, rawTicks } from '../../src/topics.ts'
import { drive } from '../support/drive.ts'
import { DAY, heartbeat, trade } from '../support/market.ts'
import { dropTopics, freshPrefix, testBrokers } from '../support/servers.ts'

const log = createLog('test', 'silent')
const options = { intervals: ['1s', '5s'] as const, gapHoldMs: 10_000, revisionHorizonMs: 60_000 }
const topology = aggregate(options)

let brokers: string
let kafka: Kafka
let prefix: string

const keepingOldRecords = () =>
  readTopicFiles().map(file => ({
    ...file,
    config: { ...file.config, ...('retention.ms' in file.config ? { 'retention.ms': '-1' } : {}) }
  }))

const send = async (values: readonly string[]): Promise<void> => {
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({
    topic: prefix + rawTicks.name,
    messages: values.map(value => ({ key: 'binance:BTC/USDT', value, timestamp: String(DAY) }))
  })
  await producer.disconnect()
}

const sendTicks = (ticks: readonly Tick[]): Promise<void> => send(ticks.map(rawTicks.codec.encode))

/** A commit is answered before its records can be read; whoever takes over from its owner waits until they can. */
const settle = async (): Promise<void> => {
  const take = async (partition: number): Promise<void> =>
    (await fenceProducer(kafka, `${prefix}aggregate-${partition}`)).disconnect()
  await Promise.all([0, 1, 2, 3].map(take))
}

const readAll = async (name: string): Promise<readonly string[]> => {
  await settle()
  const found: string[] = []
  await readTopic(kafka, prefix + name, records => void found.push(...records.map(record => String(record.value))))
  return found
}

/** Runs the loop until all that stands in raw_ticks now is committed. */
const catchUp = async (run: { readonly topology?: typeof topology; readonly clock?: Clock } = {}): Promise<void> => {
  const ends = new Map(
    (await offsetsOf(kafka, prefix + rawTicks.name))
      .filter(at => at.high > at.low)
      .map(at => [at.partition, Number(at.high)])
  )
  const done = new AbortController()
  const onCommit = (partition: number, { raw_ticks: offset }: Offsets): void => {
    if (Number(offset) >= (ends.get(partition) ?? Number.POSITIVE_INFINITY)) ends.delete(partition)
    if (ends.size === 0) done.abort()
  }
  const settings = {
    kafka,
    prefix,
    commitEveryMs: 20,
    clock: systemClock,
    log,
    health: createHealth(),
    signal: done.signal,
    onCommit
  }
  await new TaskManager({ topology, ...settings, ...run }).start()
}

const finals = (values: readonly string[]): readonly string[] => values.filter(value => value.includes('"final":true'))

const expected = (ticks: readonly Tick[], interval: '1s' | '5s'): readonly string[] =>
  drive(topology, ticks)
    .outputs.filter(({ topic }) => topic === candles[interval].name)
    .map(({ value }) => String(value))

const ticksOf = (from: number, to: number): readonly Tick[] =>
  Array.from({ length: to - from }, (_, n) => trade(from + n, DAY + (from + n) * 400))

beforeAll(async () => {
  brokers = await testBrokers()
  kafka = createKafka({ brokers: brokers.split(','), ssl: false, sasl: null, compression: 'zstd' }, 'test', log)
})

afterEach(() => dropTopics(brokers, prefix))

const freshTopics = async (): Promise<void> => {
  prefix = freshPrefix()
  await applyTopics(kafka, prefix, keepingOldRecords(), false)
}

describe('a topology on a real broker', () => {
  test('publishes what the fold publishes in memory, goes on where it was stopped, and repeats nothing', async () => {
    await freshTopics()
    const [first, second] = [ticksOf(1, 40), [...ticksOf(40, 90), heartbeat(89, DAY + 60_000)]]
    await sendTicks(first)
    await catchUp()
    expect(finals(await readAll('ohlcv_1s'))).toEqual(expected(first, '1s'))
    await sendTicks(second)
    await catchUp()
    for (const interval of ['1s', '5s'] as const) {
      expect(finals(await readAll(candles[interval].name))).toEqual(expected([...first, ...second], interval))
    }
  })

  test('commits with a wall clock that is two hours ahead, its dead letters as well, and a broker that takes one hour', async () => {
    await freshTopics()
    const ahead: Clock = { ...systemClock, now: () => epochMs(systemClock.now() + 7_200_000) }
    await sendTicks(ticksOf(1, 40))
    await send(['not a tick'])
    await catchUp({ clock: ahead })
    expect(finals(await readAll('ohlcv_1s'))).toEqual(expected(ticksOf(1, 40), '1s'))
    expect((await readAll('dead_letters')).map(text => deadLetters.codec.decode(Buffer.from(text)).reason)).toEqual([
      'undecodable'
    ])
  })

  test('shows no output of a commit that was not finished, and does its work again', async () => {
    await freshTopics()
    await sendTicks(ticksOf(1, 30))
    const dying = await fenceProducer(kafka, `${prefix}aggregate-0`)
    const unfinished = await dying.transaction()
    await unfinished.sendBatch({
      topicMessages: [{ topic: `${prefix}ohlcv_1s`, messages: [{ key: 'k', value: 'never seen', partition: 0 }] }]
    })
    await catchUp()
    const published = await readAll('ohlcv_1s')
    expect(published).not.toContain('never seen')
    expect(finals(published)).toEqual(expected(ticksOf(1, 30), '1s'))
    await dying.disconnect()
  })

  test('lets a former owner of a partition commit nothing any more', async () => {
    await freshTopics()
    const former = await fenceProducer(kafka, `${prefix}aggregate-1`)
    const owner = await fenceProducer(kafka, `${prefix}aggregate-1`)
    const record = { ...outgoing(rawTicks, trade(1, DAY)), topic: candles['1s'].name }
    await expect(commitRecords(former, prefix, [{ ...record, value: 'of the former' }])).rejects.toThrow()
    await commitRecords(owner, prefix, [{ ...record, value: 'of the owner' }])
    expect(await readAll('ohlcv_1s')).toEqual(['of the owner'])
    await Promise.all([former.disconnect(), owner.disconnect()])
  })

  test('puts what it cannot read into dead_letters with its bytes and its origin, and goes on', async () => {
    await freshTopics()
    await send(['{"kind":"bust"}', ...ticksOf(1, 9).map(rawTicks.codec.encode)])
    await catchUp()
    const letters = (await readAll('dead_letters')).map(text => deadLetters.codec.decode(Buffer.from(text)))
    expect(letters).toMatchObject([
      {
        stage: 'aggregate',
        reason: 'undecodable',
        origin: { topic: 'raw_ticks', offset: '0' },
        payload: Buffer.from('{"kind":"bust"}').toString('base64')
      }
    ])
    expect(finals(await readAll('ohlcv_1s'))).toEqual(expected(ticksOf(1, 9), '1s'))
  })

  test('builds a state anew for other intervals, and publishes what is new alone', async () => {
    await freshTopics()
    await sendTicks(ticksOf(1, 29))
    await catchUp()
    await sendTicks(ticksOf(29, 60))
    await catchUp({ topology: aggregate({ ...options, intervals: ['1s', '10s'] }) })
    expect(finals(await readAll('ohlcv_1s'))).toEqual(expected(ticksOf(1, 60), '1s'))
    expect(finals(await readAll('ohlcv_5s'))).toEqual(expected(ticksOf(1, 29), '5s'))
    expect(finals(await readAll('ohlcv_10s'))).toHaveLength(2)
  })

  test('refuses other intervals where raw_ticks no longer reaches back to the widest open candle', async () => {
    await freshTopics()
    await sendTicks(ticksOf(1, 29))
    await catchUp()
    const topic = prefix + rawTicks.name
    await withAdmin(kafka, async admin => {
      const ends = (await admin.fetchTopicOffsets(topic)).filter(({ low, high }) => low !== high)
      const last = ends.map(({ partition, high }) => ({ partition, offset: String(BigInt(high) - 2n) }))
      await admin.deleteTopicRecords({ topic, partitions: last })
    })
    await expect(catchUp({ topology: aggregate({ ...options, intervals: ['1s', '10s'] }) })).rejects.toThrow(
      /built as "2 1s,5s", not "2 1s,10s".*it needs \S*raw_ticks from 2024.*fresh TOPIC_PREFIX/
    )
  })

  test('says which topic is missing and how to make it', async () => {
    prefix = freshPrefix()
    await expect(catchUp()).rejects.toThrow(/raw_ticks cannot be read.*tickstream topics apply/)
  })

  test('splits a commit that is larger than a broker takes at once', async () => {
    await freshTopics()
    const producer = await fenceProducer(kafka, `${prefix}aggregate-2`)
    const values = Array.from({ length: 30 }, (_, n) => `${n} ${'x'.repeat(100_000)}`)
    await commitRecords(
      producer,
      prefix,
      values.map(value => ({ ...outgoing(rawTicks, trade(1, DAY)), topic: candles['1s'].name, value }))
    )
    expect((await readAll('ohlcv_1s')).map(value => value.length)).toEqual(values.map(value => value.length))
    await producer.disconnect()
  })
})

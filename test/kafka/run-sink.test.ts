import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { runSinkTask } from '../../src/kafka/sink/sink-task.ts'
import { aborted } from '../../src/runtime/aborted.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { metrics } from '../../src/runtime/observe/metrics.ts'
import type { Sink } from '../../src/stream/sink.ts'
import type { Outgoing } from '../../src/stream/topic.ts'
import { eventually } from '../support/eventually.ts'
import { memorySink } from '../support/memory-sink.ts'
import { silent } from '../support/silent.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

let cluster: TestKafka

beforeAll(async () => {
  cluster = await testKafka()
})

afterAll(() => cluster.sweep())

/** A sink at work. `stop` ends it as SIGTERM does. */
const start = (sink: Sink<string>) => {
  const stopping = new AbortController()
  const letters: Outgoing[] = []
  const health = createHealth()
  const publisher = {
    send: async (records: readonly Outgoing[]) => void letters.push(...records),
    close: async () => undefined
  }
  const { kafka, prefix } = cluster
  const { signal } = stopping
  const ended = runSinkTask({ sink, kafka, prefix, publisher, clock: systemClock, log: silent, health, signal })
  ended.catch(() => undefined)
  const stop = async (): Promise<void> => {
    stopping.abort(new Error('SIGTERM'))
    await ended
  }
  return { stop, ended, letters, health }
}

const PARTITIONS = 3

/** `count` numbered values, spread over the partitions. */
const numbers = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({ value: String(from + at), partition: (from + at) % PARTITIONS }))

const sorted = (values: readonly string[]): string[] => [...values].sort((a, b) => Number(a) - Number(b))
const upTo = (count: number): string[] => Array.from({ length: count }, (_, at) => String(at))

/** Values of one partition, in the order in which they were stored. */
const isInOrder = (values: readonly string[]): boolean =>
  Array.from({ length: PARTITIONS }, (_, partition) =>
    values.map(Number).filter(n => n % PARTITIONS === partition)
  ).every(of => of.every((n, at) => at === 0 || of[at - 1]! < n))

describe('the loop of sinks, on a real broker', () => {
  test('what is there, and what comes later, is stored once and in order; positions end behind the transaction marks', async () => {
    await createTopic(cluster, 'plain', PARTITIONS)
    await produce(cluster, 'plain', numbers(0, 5_000))
    const sink = memorySink({ topics: ['plain'] })
    const { stop } = start(sink)
    await eventually(
      () => sink.values.length === 5_000,
      () => sink.values.length
    )
    await produce(cluster, 'plain', numbers(5_000, 10))
    await eventually(
      () => sink.values.length === 5_010,
      () => sink.values.length
    )
    const ends = await withAdmin(cluster.kafka, admin => admin.fetchTopicOffsets(`${cluster.prefix}plain`))
    const isAtEnd = () =>
      ends.every(at => String(sink.stored.get(`${cluster.prefix}plain/${at.partition}`)) === at.high)
    await eventually(isAtEnd, () => [...sink.stored].map(String))
    await stop()
    expect(sorted(sink.values)).toEqual(upTo(5_010))
    expect(isInOrder(sink.values)).toBe(true)
  })

  test('a write that fails, and one whose answer is lost, are waited out: nothing is missing and nothing is there twice', async () => {
    await createTopic(cluster, 'faulty', PARTITIONS)
    await produce(cluster, 'faulty', numbers(0, 6_000))
    const faults = ['none', 'before', 'after', 'none', 'after', 'before', 'before', 'none', 'after'] as const
    let at = 0
    const sink = memorySink({ topics: ['faulty'], fault: () => faults[at++] ?? 'none' })
    const { stop, health } = start(sink)
    await eventually(
      () => sink.values.length >= 6_000 && at > faults.length,
      () => [sink.values.length, at]
    )
    expect(health.problems()).toEqual([])
    await stop()
    expect(sorted(sink.values)).toEqual(upTo(6_000))
  })

  test('while the sink is slow, what does not fit waits on the broker, and then comes whole and in order', async () => {
    await createTopic(cluster, 'large', PARTITIONS)
    const padding = 'x'.repeat(60_000)
    const values = numbers(0, 500).map(({ value, partition }) => ({ value: `${value} ${padding}`, partition }))
    for (let at = 0; at < values.length; at += 12) await produce(cluster, 'large', values.slice(at, at + 12))
    const { write, ...sink } = memorySink({ topics: ['large'] })
    const slowly: Sink<string>['write'] = async (batch, signal) => {
      await systemClock.sleep(100)
      return write(batch, signal)
    }
    const { stop } = start({ ...sink, write: slowly })
    await eventually(
      () => sink.values.length >= 500,
      () => sink.values.length
    )
    await stop()
    const numbersStored = sink.values.map(value => value.split(' ')[0] ?? '')
    expect(sorted(numbersStored)).toEqual(upTo(500))
    expect(isInOrder(numbersStored)).toBe(true)
  })

  test('an owner that was overtaken goes on where the other one came to', async () => {
    await createTopic(cluster, 'overtaken', 1)
    await produce(
      cluster,
      'overtaken',
      numbers(0, 3).map(({ value }) => ({ value }))
    )
    const sink = memorySink({ topics: ['overtaken'] })
    const { stop } = start(sink)
    await eventually(() => sink.values.length === 3)
    await produce(cluster, 'overtaken', [{ value: '3' }, { value: '4' }])
    sink.stored.set(`${cluster.prefix}overtaken/0`, 6n)
    await produce(cluster, 'overtaken', [{ value: '5' }])
    await eventually(
      () => sink.values.includes('5'),
      () => sink.values
    )
    await stop()
    expect(sink.values.filter(value => value === '5')).toEqual(['5'])
    expect(new Set(sink.values).size).toBe(sink.values.length)
  })

  test('after a stop another one goes on, in the same group, and repeats nothing', async () => {
    await createTopic(cluster, 'handed', PARTITIONS)
    await produce(cluster, 'handed', numbers(0, 4_000))
    const sink = memorySink({ topics: ['handed'] })
    const first = start(sink)
    await eventually(() => sink.values.length > 0)
    await first.stop()
    await produce(cluster, 'handed', numbers(4_000, 500))
    const second = start(sink)
    await eventually(
      () => sink.values.length >= 4_500,
      () => sink.values.length
    )
    await second.stop()
    expect(sorted(sink.values)).toEqual(upTo(4_500))
  })

  test('records that nobody can read or store are dead letters with their bytes, and stop none of their neighbours', async () => {
    await createTopic(cluster, 'dirty', 1)
    const values = ['0', 'unreadable \u00e9', 'skip', '1', 'bad', '2']
    await produce(
      cluster,
      'dirty',
      values.map(value => ({ value }))
    )
    const sink = memorySink({ topics: ['dirty'], isBad: value => value === 'bad' })
    const { stop, letters } = start(sink)
    await eventually(
      () => sink.values.length === 3 && letters.length === 2,
      () => [sink.values, letters]
    )
    await stop()
    const read = letters.map(letter => JSON.parse(letter.value!))
    expect(sink.values).toEqual(['0', '1', '2'])
    expect(read.map(letter => [letter.reason, letter.origin.offset])).toEqual([
      ['undecodable', '1'],
      ['refused', '4']
    ])
    expect(read.map(letter => Buffer.from(letter.payload, 'base64').toString())).toEqual(['unreadable \u00e9', 'bad'])
  })

  test('records that retention took before they were stored are told of, and the rest is stored', async () => {
    await createTopic(cluster, 'short', 1)
    await produce(
      cluster,
      'short',
      numbers(0, 10).map(({ value }) => ({ value }))
    )
    const topic = `${cluster.prefix}short`
    await withAdmin(cluster.kafka, async admin => {
      await admin.fetchTopicOffsets(topic)
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] })
    })
    const sink = memorySink({ topics: ['short'] })
    sink.stored.set(`${topic}/0`, 1n)
    const { stop } = start(sink)
    await eventually(
      () => sink.values.length === 6,
      () => sink.values
    )
    await stop()
    expect(sink.values).toEqual(['4', '5', '6', '7', '8', '9'])
  })

  test('a sink without positions of its own goes on from those of its group', async () => {
    await createTopic(cluster, 'grouped', PARTITIONS)
    await produce(cluster, 'grouped', numbers(0, 100))
    const { positions: _, ...sink } = memorySink({ topics: ['grouped'] })
    const first = start({ ...sink, name: 'sink-grouped', write: memoryWithoutPositions(sink.values) })
    await eventually(
      () => sink.values.length === 100,
      () => sink.values.length
    )
    await first.stop()
    await produce(cluster, 'grouped', numbers(100, 20))
    const second = start({ ...sink, name: 'sink-grouped', write: memoryWithoutPositions(sink.values) })
    await eventually(
      () => sink.values.length >= 120,
      () => sink.values.length
    )
    await second.stop()
    expect(sorted(sink.values)).toEqual(upTo(120))
  })

  test('of two members without positions of their own, the one that loses a partition gives up what it is writing', async () => {
    await createTopic(cluster, 'shared', 2)
    const topic = 'shared'
    await produce(
      cluster,
      topic,
      numbers(0, 100).map(({ value }, at) => ({ value, partition: at % 2 }))
    )
    const { positions: _, ...sink } = memorySink({ topics: [topic] })
    const outcomes: string[] = []
    const stuck: Sink<string>['write'] = async (batch, signal) => {
      if (batch.values.length === 0) return 'written'
      outcomes.push('begun')
      await aborted(signal)
      outcomes.push('given up')
      throw signal.reason
    }
    const first = start({ ...sink, name: 'sink-shared', write: stuck })
    await eventually(() => outcomes.length === 1)
    const second = start({ ...sink, name: 'sink-shared', write: memoryWithoutPositions(sink.values) })
    await eventually(
      () => outcomes.includes('given up') && sink.values.length >= 50,
      () => [outcomes, sink.values.length]
    )
    expect(first.health.problems()).toEqual([])
    await first.stop()
    await eventually(
      () => new Set(sink.values).size === 100,
      () => sink.values.length
    )
    await second.stop()
    expect(sorted([...new Set(sink.values)])).toEqual(upTo(100))
  })

  test('a member that loses a partition tells no lag of it any more', async () => {
    await createTopic(cluster, 'moved', 2)
    await produce(cluster, 'moved', [
      { value: '0', partition: 0 },
      { value: '1', partition: 1 }
    ])
    const told = async (): Promise<readonly unknown[]> =>
      (await metrics.consumerLag.get()).values
        .filter(({ labels }) => labels.topic === `${cluster.prefix}moved`)
        .map(({ labels }) => labels.partition)
    const { positions: _, ...sink } = memorySink({ topics: ['moved'] })
    const first = start({ ...sink, name: 'sink-moved', write: memoryWithoutPositions(sink.values) })
    await eventually(async () => (await told()).length === 2, told)
    const waits: Sink<string>['write'] = (_batch, signal) => aborted(signal).then(() => Promise.reject(signal.reason))
    const second = start({ ...sink, name: 'sink-moved', write: waits })
    await eventually(async () => (await told()).length === 1, told)
    await Promise.all([first.stop(), second.stop()])
  })

  test('a topic that is missing ends it with what to do', async () => {
    const { ended } = start(memorySink({ topics: ['plain', 'absent'] }))
    await expect(ended).rejects.toThrow(
      `${cluster.prefix}absent cannot be read: missing on the broker; run \`tickstream topics apply\``
    )
  })
})

const memoryWithoutPositions =
  (values: string[]): Sink<string>['write'] =>
  async batch => {
    values.push(...batch.values.map(({ value }) => value))
    return 'written'
  }

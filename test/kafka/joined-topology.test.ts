import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Kafka } from 'kafkajs'
import { createKafka } from '../../src/kafka/client/client.ts'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { tail } from '../../src/kafka/read/tail.ts'
import { commitRecords, fenceProducer } from '../../src/kafka/task/commit/transactions.ts'
import { TaskManager } from '../../src/kafka/task/task-manager.ts'
import { type EpochMs, epochMs } from '../../src/market/time.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createLog } from '../../src/runtime/observe/log.ts'
import type { Outgoing } from '../../src/stream/topic.ts'
import type { Topology } from '../../src/stream/topology.ts'
import { eventually } from '../support/eventually.ts'
import { dropTopics, freshPrefix, testBrokers } from '../support/servers.ts'

/** A record of one of two inputs, as text: `key time word`. */
type Word = { readonly key: string; readonly time: EpochMs; readonly word: string }

const decode = (bytes: Buffer): Word => {
  const [key, time, word] = bytes.toString().split(' ') as [string, string, string]
  return { key, time: epochMs(Number(time)), word }
}

type Sentence = { words: string[] }

/** Tells the words of a key, of both inputs, in the order in which they were folded. */
const sentences: Topology<Sentence, Word, Word> = {
  name: 'sentences',
  from: [
    { name: 'left', decode },
    { name: 'right', decode }
  ],
  key: word => word.key,
  time: word => word.time,
  processor: {
    init: () => ({ words: [] }),
    step: (state, record) => {
      state.words.push(record.word)
      return { state, emit: [{ ...record, word: state.words.join('') }] }
    }
  },
  route: ({ key, time, word }) => ({ topic: 'told', key, value: word, time }),
  state: {
    version: '1',
    changes: state => [{ name: 'words', value: JSON.stringify(state.words) }],
    restore: (_, parts) => ({ words: JSON.parse(parts.get('words') ?? '[]') as string[] })
  }
}

const PARTITIONS = 4
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f']
const log = createLog('test', 'silent')

let brokers: string
let kafka: Kafka
let prefix: string

const makeTopics = async (partitions: Readonly<Record<string, number>> = {}): Promise<void> => {
  prefix = freshPrefix()
  const names = ['left', 'right', 'told', 'sentences_state', 'dead_letters']
  const topics = names.map(name => ({ topic: prefix + name, numPartitions: partitions[name] ?? PARTITIONS }))
  await withAdmin(kafka, admin => admin.createTopics({ topics, waitForLeaders: true }))
}

/** Writes words of every key in one transaction, whose mark is then the last in each partition of the topic. */
const write = async (topic: 'left' | 'right', words: readonly (readonly [time: number, word: string])[]) => {
  const producer = await fenceProducer(kafka, `${prefix}${topic}-writer`)
  const records = words.flatMap(([time, word]) =>
    KEYS.map((key): Outgoing => ({ topic, key, value: `${key} ${time} ${word}`, time: epochMs(time) }))
  )
  await commitRecords(producer, prefix, records)
  await (await fenceProducer(kafka, `${prefix}${topic}-writer`)).disconnect()
  await producer.disconnect()
}

const startRunner = () => {
  const stop = new AbortController()
  const health = createHealth()
  const ended = new TaskManager({
    topology: sentences,
    kafka,
    prefix,
    commitEveryMs: 10,
    clock: systemClock,
    log,
    health,
    signal: stop.signal
  }).start()
  return {
    ended,
    health,
    stop: () => {
      stop.abort()
      return ended
    }
  }
}

/** What is told, by key, as it comes. */
const listen = async () => {
  const told = new Map<string, string[]>(KEYS.map(key => [key, []]))
  const stop = await tail(kafka, { whole: [`${prefix}told`], fresh: [] }, ({ key, value }) => {
    told.get(String(key))?.push(String(value))
  })
  return { told, stop, all: (count: number) => [...told.values()].every(words => words.length >= count) }
}

beforeAll(async () => {
  brokers = await testBrokers()
  kafka = createKafka({ brokers: brokers.split(','), ssl: false, sasl: null, compression: 'zstd' }, 'test', log)
})

afterEach(() => dropTopics(brokers, prefix))

const prefixes = (text: string): readonly string[] => [...text].map((_, at) => text.slice(0, at + 1))

describe('a topology with two inputs on a real broker', () => {
  test('joins what stands in both in order of time, and after a stop goes on where each was left', async () => {
    await makeTopics()
    await write('right', [
      [20, 'b'],
      [40, 'd'],
      [60, 'f']
    ])
    await write('left', [
      [10, 'a'],
      [30, 'c'],
      [50, 'e']
    ])
    const ear = await listen()
    const first = startRunner()
    await eventually(() => ear.all(6))
    await first.stop()
    await write('left', [[80, 'h']])
    await write('right', [[70, 'g']])
    const second = startRunner()
    await eventually(() => ear.all(8))
    await second.stop()
    await ear.stop()
    for (const words of ear.told.values()) expect(words).toEqual(prefixes('abcdefgh'))
  })

  test('two processes share the partitions, each with both of its inputs, and nothing is told twice', async () => {
    await makeTopics()
    const ear = await listen()
    const [first, second] = [startRunner(), startRunner()]
    let count = 0
    const tellMore = async (): Promise<void> => {
      for (let n = 0; n < 3; n++, count++) await write(count % 2 === 0 ? 'left' : 'right', [[count, 'x']])
    }
    await tellMore()
    await eventually(() => ear.all(3) && [first, second].every(one => one.health.problems().length === 0))
    await tellMore()
    await eventually(() => ear.all(6))
    await first.stop()
    await tellMore()
    await eventually(() => ear.all(9))
    await second.stop()
    await ear.stop()
    for (const words of ear.told.values()) expect(words).toEqual(prefixes('x'.repeat(9)))
  })

  test('topics that are not partitioned alike are refused, with what to do', async () => {
    await makeTopics({ right: 3 })
    await expect(startRunner().ended).rejects.toThrow(/left has 4, .*right has 3.*topics apply/)
  })
})

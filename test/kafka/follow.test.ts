import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { hasTopic } from '../../src/kafka/admin/has-topic.ts'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { runLiveReader } from '../../src/kafka/read/live-reader.ts'
import { type Clock, systemClock as clock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createPulse } from '../../src/runtime/observe/pulse.ts'
import { LIVE_TOPICS } from '../../src/serve/live/live-tail.ts'
import { eventually } from '../support/eventually.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

let cluster: TestKafka

beforeAll(async () => {
  cluster = await testKafka()
  await createTopic(cluster, 'words', 1)
  await produce(cluster, 'words', [{ value: 'a' }])
})

afterAll(() => cluster.sweep())

type Followed = Parameters<typeof runLiveReader>[0]['topics']

/** Time that passes ten times as fast for whoever sleeps. */
const hasty: Clock = { ...clock, sleep: (ms, signal) => clock.sleep(ms / 10, signal) }

const begin = (topics: Followed) => {
  const { kafka, prefix } = cluster
  const [ended, records, lines] = [new AbortController(), [] as string[], [] as string[]]
  const read = { isWhole: false }
  const following = runLiveReader({
    kafka,
    prefix,
    groupId: `${prefix}serve-test-${topics.length}`,
    topics,
    stored: new Map(),
    onTopics: () => undefined,
    onRecord: ({ topic, value }) => void records.push(`${topic} ${value}`),
    onLeft: left => {
      read.isWhole = left.size === 0
    },
    pulse: createPulse(clock),
    clock: hasty,
    random: Math.random,
    health: createHealth(),
    log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line).msg) }),
    signal: ended.signal
  })
  const end = async (): Promise<void> => {
    ended.abort()
    await following
  }
  return { following, records, lines, read, end }
}

describe('following topics of which one is missing', () => {
  test('does without one that may be, with one line, and everything else is read to its end', async () => {
    const topics: Followed = [
      { topic: 'news', back: 'all', mayBeMissing: true },
      { topic: 'words', back: 'all' }
    ]
    const { prefix } = cluster
    const { read, records, lines, end } = begin(topics)
    await eventually(() => read.isWhole)
    await end()
    expect(records).toEqual(['words a'])
    expect(lines).toEqual([
      `${prefix}news is missing and is done without; run \`tickstream topics apply\`, then start this anew`
    ])
  })

  test('ends with the names of those that may not be', async () => {
    const topics: Followed = [
      { topic: 'words', back: 'all' },
      { topic: 'lost', back: 'all' },
      { topic: 'words', back: 'all', mayBeMissing: true }
    ]
    await expect(begin(topics).following).rejects.toThrow(`${cluster.prefix}lost cannot be read: missing on the broker`)
  })

  test('a gateway does without the topics alone that earlier versions have not made', () => {
    expect(LIVE_TOPICS.filter(({ mayBeMissing }) => mayBeMissing).map(({ topic }) => topic)).toEqual([
      'listings',
      'instruments',
      'composite'
    ])
  })

  test('whether there is one is what the broker says', async () => {
    const { kafka, prefix } = cluster
    expect(await hasTopic(kafka, `${prefix}words`)).toBe(true)
    expect(await hasTopic(kafka, `${prefix}news`)).toBe(false)
  })
})

describe('following a topic that is deleted and made anew', () => {
  test('all of the new one is read, though it holds more than was read of the one before, and it is said', async () => {
    const topic = `${cluster.prefix}remade`
    await createTopic(cluster, 'remade', 1)
    await produce(cluster, 'remade', [{ value: 'a' }, { value: 'b' }])
    const { read, records, lines, end } = begin([{ topic: 'remade', back: 'all' }])
    await eventually(() => read.isWhole && records.length === 2)
    await withAdmin(cluster.kafka, admin => admin.deleteTopics({ topics: [topic] }))
    await eventually(async () => !(await withAdmin(cluster.kafka, admin => admin.listTopics())).includes(topic))
    await createTopic(cluster, 'remade', 1)
    await produce(cluster, 'remade', [{ value: 'c' }, { value: 'd' }, { value: 'e' }, { value: 'f' }])
    await eventually(() => read.isWhole && records.includes('remade c') && records.at(-1) === 'remade f')
    await end()
    expect(records.slice(-4)).toEqual(['remade c', 'remade d', 'remade e', 'remade f'])
    expect(lines).toContain('the topic was made anew; it is read from its beginning')
  })
})

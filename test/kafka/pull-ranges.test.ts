import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { pullRanges } from '../../src/kafka/read/range-reader.ts'
import { readTopic } from '../../src/kafka/read/read-range.ts'
import { fenceProducer } from '../../src/kafka/task/commit/transactions.ts'
import { eventually } from '../support/eventually.ts'
import { createTopic, type TestKafka, testKafka } from '../support/test-kafka.ts'

const NEVER = new AbortController().signal

let cluster: TestKafka

beforeAll(async () => {
  cluster = await testKafka()
})

afterEach(() => cluster.sweep())

const topicOf = (): string => `${cluster.prefix}ranges`

const whole = async (): Promise<readonly string[]> => {
  const found: string[] = []
  await readTopic(cluster.kafka, topicOf(), records => void found.push(...records.map(({ value }) => String(value))))
  return found.sort()
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ value: `${n}`.padStart(5, '0'), partition: n % 3 }))

const send = async (messages: readonly { readonly value: string; readonly partition: number }[]): Promise<void> => {
  const producer = cluster.kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  await producer.send({ topic: topicOf(), messages: [...messages] })
  await producer.disconnect()
}

/** Writes in a transaction, and leaves that open. */
const leaveOpen = async (value: string) => {
  const producer = await fenceProducer(cluster.kafka, `${cluster.prefix}open`)
  const transaction = await producer.transaction()
  await transaction.send({ topic: topicOf(), messages: [{ value, partition: 0 }] })
  const abort = async (): Promise<void> => {
    await transaction.abort()
    await producer.disconnect()
  }
  return { abort }
}

describe('reading ranges', () => {
  test('hands over every record of every partition, and joins no group', async () => {
    await createTopic(cluster, 'ranges', 3)
    await send(numbered(3_000))
    const values = await whole()
    const { groups } = await withAdmin(cluster.kafka, admin => admin.listGroups())
    expect(values).toEqual(numbered(3_000).map(({ value }) => value))
    expect(groups.map(({ groupId }) => groupId).filter(id => id.startsWith(cluster.prefix))).toEqual([])
  })

  test('of several partitions leaves no connection open', async () => {
    await createTopic(cluster, 'ranges', 3)
    await send(numbered(9))
    const sockets = (): number => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
    const before = sockets()
    await whole()
    await eventually(() => sockets() <= before, sockets, 5_000)
  })

  test('waits for a transaction that is open, and leaves out what it wrote when it is aborted', async () => {
    await createTopic(cluster, 'ranges', 1)
    await send([{ value: 'whole', partition: 0 }])
    const open = await leaveOpen('aborted')
    const range = { topic: topicOf(), partition: 0, from: 0n, to: 3n }
    const source = await pullRanges(cluster.kafka, range.topic, [range], NEVER)
    expect((await source.next())?.map(({ value }) => String(value))).toEqual(['whole'])
    const rest = source.next()
    await open.abort()
    expect(await rest).toBeNull()
    await source.close()
  })

  test('ends at once when the signal is raised', async () => {
    await createTopic(cluster, 'ranges', 1)
    const open = await leaveOpen('never')
    const ended = new AbortController()
    const range = { topic: topicOf(), partition: 0, from: 0n, to: 1n }
    const source = await pullRanges(cluster.kafka, range.topic, [range], ended.signal)
    const next = source.next()
    ended.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
    await source.close()
    await open.abort()
  })

  test('goes on behind what was deleted meanwhile', async () => {
    await createTopic(cluster, 'ranges', 1)
    await send(['0', '1', '2'].map(value => ({ value, partition: 0 })))
    const topic = topicOf()
    await withAdmin(cluster.kafka, async admin => {
      await admin.fetchTopicOffsets(topic)
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] })
    })
    const source = await pullRanges(cluster.kafka, topic, [{ topic, partition: 0, from: 0n, to: 3n }], NEVER)
    expect((await source.next())?.map(({ value }) => String(value))).toEqual(['2'])
    expect(await source.next()).toBeNull()
    await source.close()
  })

  test('says so where the range is no longer there, in place of waiting for it', async () => {
    await createTopic(cluster, 'ranges', 1)
    const topic = topicOf()
    const source = await pullRanges(cluster.kafka, topic, [{ topic, partition: 0, from: 5n, to: 9n }], NEVER)
    await expect(source.next()).rejects.toMatchObject({ code: 'TS-KAFKA-AWAY', retryable: true })
    await source.close()
  })
})

import kafkajs, { type Admin, type Kafka, type RecordMetadata } from 'kafkajs'
import { createKafka } from '../../src/kafka/client/client.ts'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { eventually } from './eventually.ts'
import { freshPrefix, testBrokers } from './servers.ts'
import { silent } from './silent.ts'

/** A cluster, a prefix of one's own on it, and a broom. */
export type TestKafka = {
  readonly kafka: Kafka
  readonly brokers: string
  readonly prefix: string
  /** Deletes every topic and group of the prefix. */
  readonly sweep: () => Promise<void>
}

export const testKafka = async (): Promise<TestKafka> => {
  const brokers = await testBrokers()
  const prefix = freshPrefix()
  const kafka = createKafka(
    { brokers: brokers.split(','), ssl: false, sasl: null, compression: 'zstd' },
    'test',
    silent
  )
  const sweep = (): Promise<void> =>
    withAdmin(kafka, async admin => {
      const topics = (await admin.listTopics()).filter(name => name.startsWith(prefix))
      if (topics.length > 0) await admin.deleteTopics({ topics })
      // A broker that has not heard of it yet would still serve the old records of a topic that is made anew.
      await eventually(async () => !(await admin.listTopics()).some(name => name.startsWith(prefix)))
      const groups = (await admin.listGroups()).groups.map(group => group.groupId).filter(id => id.startsWith(prefix))
      if (groups.length > 0) await admin.deleteGroups(groups).catch(() => undefined)
    })
  return { kafka, brokers, prefix, sweep }
}

/** Creates a topic that keeps its records whatever their timestamps; resolves when whoever asks is told of it. */
export const createTopic = (
  { kafka, prefix }: TestKafka,
  name: string,
  partitions: number,
  config: Readonly<Record<string, string>> = { 'retention.ms': '-1' }
): Promise<void> =>
  withAdmin(kafka, async admin => {
    const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }))
    const topic = prefix + name
    await admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }] })
    await eventually(async () => (await admin.listTopics()).includes(topic))
  })

type Message = {
  readonly key?: string
  readonly value: string | Buffer | null
  readonly partition?: number
  readonly timestamp?: string
  readonly headers?: Readonly<Record<string, string>>
}

type Ends = Awaited<ReturnType<Admin['fetchTopicOffsets']>>

const isReadable = (sent: readonly RecordMetadata[], ends: Ends): boolean =>
  sent.every(({ partition, baseOffset }) =>
    ends.some(end => end.partition === partition && BigInt(end.high) > BigInt(baseOffset ?? 0))
  )

/** Less than a broker takes in one batch by default. */
const AT_ONCE = 1_000

/**
 * Sends messages to a topic of the prefix; in one transaction, so that their partitions end in a mark. The broker says that it is committed
 * before the marks stand there, so they are waited for: a reader of committed records ends before them.
 */
export const produce = async (
  { kafka, prefix }: TestKafka,
  name: string,
  messages: readonly Message[]
): Promise<void> => {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    transactionalId: `${prefix}test-producer`,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner
  })
  await producer.connect()
  try {
    const [topic, transaction] = [prefix + name, await producer.transaction()]
    const sent: RecordMetadata[] = []
    for (let at = 0; at < messages.length; at += AT_ONCE)
      sent.push(
        ...(await transaction.send({
          topic,
          messages: messages.slice(at, at + AT_ONCE).map(message => ({ ...message }))
        }))
      )
    await transaction.commit()
    await withAdmin(kafka, admin => eventually(async () => isReadable(sent, await admin.fetchTopicOffsets(topic))))
  } finally {
    await producer.disconnect()
  }
}

import type { Kafka } from 'kafkajs'
import type { Logs, TopicLog } from '../../../src/kafka/admin/log/logs.ts'
import { topicPartitionKey } from '../../../src/stream/sink.ts'
import type { SimulatedProcess } from '../world/simulated-process.ts'
import { createCluster } from './cluster.ts'
import { createConsumer } from './consumer.ts'
import type { PartitionLog } from './partition-log.ts'
import { createProducer } from './producer.ts'
import { createReach, type Reach, type World } from './reach.ts'

const createAdmin = ({ ask, broker }: Reach) => ({
  connect: () => ask<void>(answer => answer(undefined)),
  disconnect: async () => undefined,
  fetchOffsets: ({ groupId }: { readonly groupId: string }) =>
    ask(answer => {
      const offsets = Map.groupBy(broker.groups.offsets(groupId), ({ topic }) => topic)
      const partitionsOf = (of: ReturnType<typeof broker.groups.offsets>) =>
        of.map(({ partition, next }) => ({ partition, offset: String(next), metadata: null }))
      answer([...offsets].map(([topic, of]) => ({ topic, partitions: partitionsOf(of) })))
    }),
  listTopics: () => ask<string[]>(answer => answer([...broker.topics.keys()])),
  fetchTopicOffsets: (topic: string) =>
    ask(answer => {
      const logs = broker.topics.get(topic) ?? []
      answer(
        logs.map((log, partition) => ({
          partition,
          offset: String(log.end()),
          high: String(log.end()),
          low: '0'
        }))
      )
    }),
  fetchTopicOffsetsByTimestamp: (topic: string, time: number) =>
    ask(answer => {
      const logs = broker.topics.get(topic) ?? []
      const offsetAt = (log: PartitionLog): number =>
        log.fetch(0, Number.POSITIVE_INFINITY).entries.find(entry => entry.time >= time)?.offset ?? log.end()
      answer(logs.map((log, partition) => ({ partition, offset: String(offsetAt(log)) })))
    })
})

/** What the cluster tells of its logs. */
export const createFakeLogs = (life: SimulatedProcess, world: World): Logs => {
  const { ask, broker } = createReach(life, world)
  return {
    describe: topics =>
      ask(answer => {
        const known = topics.filter(topic => broker.topics.has(topic))
        const logOf = (topic: string): TopicLog => ({
          clusterId: broker.clusterId,
          topicId: broker.replacements.idOf(topic),
          leaderEpochs: new Map(broker.topics.get(topic)!.map((log, partition) => [partition, log.leaderEpoch()]))
        })
        answer(new Map(known.map(topic => [topic, logOf(topic)])))
      }),
    epochEnds: epochs =>
      ask(answer => {
        const ends = epochs.flatMap(of => {
          const end = broker.log(of.topic, of.partition).epochEnd(of.leaderEpoch)
          return end === null ? [] : [[topicPartitionKey(of), BigInt(end)] as const]
        })
        answer(new Map(ends))
      }),
    close: async () => undefined
  }
}

/** A Kafka client of one process, with as much of kafkajs's surface as the product uses. */
export const createKafkaClient = (life: SimulatedProcess, world: World): Kafka => {
  const reach = createReach(life, world)
  const client = {
    admin: () => createAdmin(reach),
    producer: (options: Parameters<typeof createProducer>[1]) => createProducer(reach, options),
    consumer: (options: Parameters<typeof createConsumer>[1]) => createConsumer(reach, options),
    [Symbol('fake:createCluster')]: () => createCluster(reach)
  }
  return client as unknown as Kafka
}

import { beforeEach, describe, expect, jest, test } from '@jest/globals'

/** What patches/ changes of how the client sends: a batch for several partitions whose leaders move between two tries. */
type Entry = { readonly partition: number; readonly firstSequence: number; readonly messages: readonly object[] }
type TopicData = readonly { readonly topic: string; readonly partitions: readonly Entry[] }[]
type Request = { readonly topicData: TopicData }
type SendMessages = (batch: object) => Promise<readonly { readonly partition: number }[]>

const createSendMessages = jest.requireActual('kafkajs/src/producer/sendMessages') as (parts: object) => SendMessages

const NOT_LEADER = Object.assign(new Error('not the leader'), {
  name: 'KafkaJSProtocolError',
  type: 'NOT_LEADER_FOR_PARTITION',
  retriable: true
})

/** A cluster of which the client knows who led each partition when it last asked. */
const createCluster = (leaders: Record<number, number>) => {
  const taken: { broker: number; partition: number; sequence: number }[] = []
  let known = { ...leaders }
  let answer: (broker: number) => Promise<void> = async () => undefined
  const brokerOf = (nodeId: number) => ({
    nodeId,
    produce: async ({ topicData }: Request) => {
      await answer(nodeId)
      const entries = topicData.flatMap(({ partitions }) => partitions)
      if (entries.some(({ partition }) => leaders[partition] !== nodeId)) throw NOT_LEADER
      for (const { partition, firstSequence } of entries)
        taken.push({ broker: nodeId, partition, sequence: firstSequence })
      return { topics: topicData.map(({ topic, partitions }) => ({ topicName: topic, partitions })) }
    }
  })
  const brokers = new Map([1, 2].map(nodeId => [String(nodeId), brokerOf(nodeId)]))
  return {
    taken,
    move: (partition: number, leader: number) => {
      leaders[partition] = leader
    },
    answerLate: (how: typeof answer) => {
      answer = how
    },
    client: {
      isConnected: () => true,
      addMultipleTargetTopics: async () => undefined,
      refreshMetadataIfNecessary: async () => undefined,
      refreshMetadata: async () => {
        known = { ...leaders }
      },
      findTopicPartitionMetadata: () => Object.keys(known).map(partition => ({ partitionId: Number(partition) })),
      findLeaderForPartitions: (_: string, partitions: readonly string[]) =>
        Object.groupBy(partitions.map(Number), partition => known[partition]!),
      findBroker: async ({ nodeId }: { nodeId: string }) => brokers.get(nodeId)
    }
  }
}

const createSequences = () => {
  const next = new Map<number, number>()
  return {
    isTransactional: () => false,
    acquireBrokerLock: async () => undefined,
    releaseBrokerLock: async () => undefined,
    getProducerId: () => 1,
    getProducerEpoch: () => 0,
    getSequence: (_: string, partition: number) => next.get(partition) ?? 0,
    updateSequence: (_: string, partition: number, by: number) => next.set(partition, (next.get(partition) ?? 0) + by)
  }
}

const threeTimes = async <T>(work: (bail: (error: unknown) => never) => Promise<T>): Promise<T> => {
  const bail = (error: unknown): never => {
    throw error
  }
  for (let tries = 1; ; tries++) {
    try {
      return await work(bail)
    } catch (error) {
      if (tries === 3) throw error
    }
  }
}

const silent = { debug: () => undefined, error: () => undefined }
const batch = { acks: -1, topicMessages: [{ topic: 't', messages: [{ key: '0' }, { key: '1' }] }] }

describe('a batch for two partitions', () => {
  let cluster: ReturnType<typeof createCluster>
  let send: SendMessages
  beforeEach(() => {
    cluster = createCluster({ 0: 1, 1: 2 })
    send = createSendMessages({
      logger: silent,
      cluster: cluster.client,
      partitioner: ({ message }: { message: { key: string } }) => Number(message.key),
      eosManager: createSequences(),
      retrier: threeTimes
    })
  })

  test('reaches a partition whose new leader has already taken the other one', async () => {
    cluster.move(1, 1)
    const answered = await send(batch)
    expect(cluster.taken).toEqual([
      { broker: 1, partition: 0, sequence: 0 },
      { broker: 1, partition: 1, sequence: 0 }
    ])
    expect(answered.map(({ partition }) => partition)).toEqual([0, 1])
  })

  test('is not sent a second time to a broker that answers after another one has refused', async () => {
    let letAnswer = (): void => undefined
    const late = new Promise<void>(resolve => {
      letAnswer = resolve
    })
    cluster.move(1, 1)
    cluster.answerLate(async nodeId => (nodeId === 1 ? late : undefined))
    const sent = send(batch)
    await new Promise(resolve => setImmediate(resolve))
    letAnswer()
    await sent
    expect(cluster.taken.map(({ partition }) => partition)).toEqual([0, 1])
  })

  test('fails when nobody leads one of them, and does not pass for sent', async () => {
    cluster.client.findLeaderForPartitions = (_, partitions) => ({
      1: partitions.map(Number).filter(partition => partition === 0)
    })
    await expect(send(batch)).rejects.toThrow('without metadata')
  })
})

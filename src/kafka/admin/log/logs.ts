import type { Kafka } from 'kafkajs'
import { TickstreamError } from '../../../market/error.ts'
import { type TopicPartition, topicPartitionKey } from '../../../stream/sink.ts'
import { type Broker, type Cluster, createCluster } from '../../client/cluster.ts'
import { type Epoch, epochEndRequest, OFFSET_FOR_LEADER_EPOCH } from '../../client/wire/epoch-end.ts'
import { METADATA, type Metadata, metadataRequest, type TopicMetadata } from '../../client/wire/metadata.ts'
import type { Api } from '../../client/wire/request.ts'

/** What tells the log of a topic from every other one of its name. */
export type TopicLog = {
  readonly clusterId: string | null
  readonly topicId: string | null
  /** The leader epoch of each partition now. */
  readonly leaderEpochs: ReadonlyMap<number, number>
}

/** Asks the cluster which logs it holds. Rejects with `TS-KAFKA-AWAY` when it does not answer. */
export type Logs = {
  /** By topic (the broker's name); a missing topic is left out. */
  readonly describe: (topics: readonly string[]) => Promise<ReadonlyMap<string, TopicLog>>
  /** Where leader epochs ended, by `topicPartitionKey`: the first offset behind them. One of which nothing is known is left out. */
  readonly epochEnds: (epochs: readonly Epoch[]) => Promise<ReadonlyMap<string, bigint>>
  readonly close: () => Promise<void>
}

const NONE: ReadonlyMap<string, bigint> = new Map()

const supports = ({ versions }: Broker, { key, version }: Api): boolean => {
  const range = versions[key]
  return range !== undefined && range.minVersion <= version && version <= range.maxVersion
}

const isThere = ({ errorCode }: TopicMetadata): boolean => errorCode === 0

const toLogs = ({ clusterId, topics }: Metadata): ReadonlyMap<string, TopicLog> =>
  new Map(
    topics.filter(isThere).map(({ name, topicId, partitions }) => {
      const leaderEpochs = new Map(partitions.map(at => [at.partition, at.leaderEpoch]))
      return [name, { clusterId, topicId, leaderEpochs }]
    })
  )

const explain = (cause: unknown): TickstreamError => {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const message = `no Kafka broker says which logs it holds (${reason}); check KAFKA_BROKERS`
  return new TickstreamError('TS-KAFKA-AWAY', message, { cause })
}

/** A connection of its own, made at the first question, and anew after an error. */
export const createLogs = (kafka: Kafka): Logs => {
  let cluster: Cluster | null = null
  const close = async (): Promise<void> => {
    const open = cluster
    cluster = null
    await open?.disconnect().catch(() => undefined)
  }
  const tryOnce = async <T>(work: (lent: Cluster) => Promise<T>): Promise<T> => {
    try {
      cluster ??= createCluster(kafka)
      await cluster.connect()
      return await work(cluster)
    } catch (cause) {
      await close()
      throw explain(cause)
    }
  }
  /** A connection that had been idle for long may have been closed by the broker. */
  const ask = <T>(work: (lent: Cluster) => Promise<T>): Promise<T> => {
    const isOpen = cluster !== null
    return tryOnce(work).catch(error => (isOpen ? tryOnce(work) : Promise.reject(error)))
  }
  const metadata = async (cluster: Cluster, topics: readonly string[]): Promise<Metadata> => {
    const broker = await cluster.brokerPool.findConnectedBroker()
    if (!supports(broker, METADATA)) return { clusterId: null, topics: [] }
    return broker.connectionPool.send(metadataRequest([...new Set(topics)]))
  }
  return {
    describe: topics => ask(async cluster => toLogs(await metadata(cluster, topics))),
    epochEnds: async epochs => (epochs.length === 0 ? NONE : ask(cluster => askLeaders(cluster, metadata, epochs))),
    close
  }
}

const askLeaders = async (
  cluster: Cluster,
  metadata: (lent: Cluster, topics: readonly string[]) => Promise<Metadata>,
  epochs: readonly Epoch[]
): Promise<ReadonlyMap<string, bigint>> => {
  const { topics } = await metadata(
    cluster,
    epochs.map(epoch => epoch.topic)
  )
  const leaders = new Map(
    topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partition, leader }) => [topicPartitionKey({ topic: name, partition }), leader] as const)
    )
  )
  await cluster.refreshMetadata()
  const ends = new Map<string, bigint>()
  for (const [leader, led] of Map.groupBy(epochs, epoch => leaders.get(topicPartitionKey(epoch)) ?? -1)) {
    if (leader < 0) continue
    for (const [topicPartition, end] of await askLeader(await cluster.findBroker({ nodeId: String(leader) }), led))
      ends.set(topicPartitionKey(topicPartition), end)
  }
  return ends
}

const askLeader = async (
  broker: Broker,
  epochs: readonly Epoch[]
): Promise<readonly (readonly [TopicPartition, bigint])[]> => {
  if (!supports(broker, OFFSET_FOR_LEADER_EPOCH)) return []
  const answers = await broker.connectionPool.send(epochEndRequest(epochs))
  const refused = answers.find(({ errorCode }) => errorCode !== 0)
  if (refused)
    throw new Error(`error ${refused.errorCode} of ${topicPartitionKey(refused)} when asked where an epoch ended`)
  return answers.filter(({ end }) => end >= 0n).map(answer => [answer, answer.end] as const)
}

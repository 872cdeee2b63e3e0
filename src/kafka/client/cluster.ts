import type { Kafka, KafkaMessage } from 'kafkajs'
import type { WireRequest } from './wire/request.ts'

/** What a broker answers of one partition, with what was aborted and what no handler sees. */
type FetchedPartition = {
  readonly partition: number
  readonly highWatermark: string
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[]
  readonly messages: readonly KafkaMessage[]
}

type OfTopic<T> = { readonly topic: string; readonly partitions: readonly T[] }

export type FetchRequest = {
  readonly isolationLevel: number
  readonly maxWaitTime: number
  readonly topics: readonly OfTopic<{
    readonly partition: number
    readonly fetchOffset: string
    readonly maxBytes: number
  }>[]
}

export type Broker = {
  readonly versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>
  readonly connectionPool: { readonly send: <T>(request: WireRequest<T>) => Promise<T> }
  readonly fetch: (request: FetchRequest) => Promise<{
    readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[]
  }>
}

/** The client's connections to the brokers: as much of its inside as requests of our own need. */
export type Cluster = {
  readonly connect: () => Promise<void>
  readonly disconnect: () => Promise<void>
  readonly addTargetTopic: (topic: string) => Promise<void>
  readonly refreshMetadata: () => Promise<void>
  readonly findTopicPartitionMetadata: (
    topic: string
  ) => readonly { readonly partitionId: number; readonly leader: number }[]
  readonly fetchTopicsOffset: (
    topics: readonly (OfTopic<{ readonly partition: number }> & { readonly fromBeginning: boolean })[]
  ) => Promise<readonly OfTopic<{ readonly offset: string }>[]>
  readonly findBroker: (node: { readonly nodeId: string }) => Promise<Broker>
  readonly brokerPool: { readonly findConnectedBroker: () => Promise<Broker> }
  /** Tries work again where that may help, with the client's back-off; what `bail` is given ends it. */
  readonly retrier: <T>(work: (bail: (error: unknown) => void) => Promise<T>) => Promise<T>
}

type CreateCluster = (options: { readonly metadataMaxAge: number; readonly allowAutoTopicCreation: boolean }) => Cluster

const METADATA_MAX_AGE_MS = 300_000

/** The client keeps its connections to itself, under symbols. */
export const createCluster = (kafka: Kafka): Cluster => {
  const name = Object.getOwnPropertySymbols(kafka).find(({ description }) => description?.endsWith(':createCluster'))
  const create = name && (kafka as unknown as Record<symbol, CreateCluster>)[name]
  if (!create) throw new Error('this version of the Kafka client has no connections to send a request over')
  return create({ metadataMaxAge: METADATA_MAX_AGE_MS, allowAutoTopicCreation: false })
}

import { ByteReader, compactArray, compactString, int8, NO_TAGS } from './bytes.ts'
import { type Api, type WireRequest, wireRequest } from './request.ts'

/** The first version that tells topic ids, which the client does not ask in; Kafka 2.8 and later know it. */
export const METADATA: Api = { key: 3, version: 10, name: 'Metadata' }

type PartitionMetadata = { readonly partition: number; readonly leader: number; readonly leaderEpoch: number }

export type TopicMetadata = {
  readonly errorCode: number
  readonly name: string
  /** As Kafka's tools print it. */
  readonly topicId: string | null
  readonly partitions: readonly PartitionMetadata[]
}

export type Metadata = { readonly clusterId: string | null; readonly topics: readonly TopicMetadata[] }

const NO_ID = Buffer.alloc(16)

const readPartition = (from: ByteReader): PartitionMetadata => {
  const skipNodes = (): void => void from.compactArray(() => from.int32())
  from.int16()
  const [partition, leader, leaderEpoch] = [from.int32(), from.int32(), from.int32()]
  skipNodes()
  skipNodes()
  skipNodes()
  from.tags()
  return { partition, leader, leaderEpoch }
}

const readTopic = (from: ByteReader): TopicMetadata => {
  const [errorCode, name, id] = [from.int16(), from.compactString() ?? '', from.uuid()]
  from.int8()
  const partitions = from.compactArray(() => readPartition(from))
  from.int32()
  from.tags()
  return { errorCode, name, topicId: id.equals(NO_ID) ? null : id.toString('base64url'), partitions }
}

const readBroker = (from: ByteReader): void => {
  from.int32()
  from.compactString()
  from.int32()
  from.compactString()
  from.tags()
}

const decode = (payload: Buffer): Metadata => {
  const from = new ByteReader(payload)
  from.tags()
  from.int32()
  from.compactArray(() => readBroker(from))
  const clusterId = from.compactString()
  from.int32()
  return { clusterId, topics: from.compactArray(() => readTopic(from)) }
}

/** Asks which cluster this is, and for the ids, leaders and leader epochs of topics. Makes none that is missing. */
export const metadataRequest = (topics: readonly string[]): WireRequest<Metadata> => {
  const wanted = topics.map(topic => Buffer.concat([NO_ID, compactString(topic), NO_TAGS]))
  const NO = int8(0)
  return wireRequest(METADATA, Buffer.concat([NO_TAGS, compactArray(wanted), NO, NO, NO, NO_TAGS]), decode)
}

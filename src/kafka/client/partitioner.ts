import kafkajs, { type PartitionerArgs, type PartitionMetadata } from 'kafkajs'
import { TickstreamError } from '../../market/error.ts'

const MAX_CACHED = 50_000
const NO_METADATA = { partitionErrorCode: 0, partitionId: 0, leader: 0, replicas: [], isr: [] }

const byKey = kafkajs.Partitioners.DefaultPartitioner()
let metadata: PartitionMetadata[] = []

/** The partition that Kafka's own default gives a key, in a topic that has so many. */
export const partitionOf = (key: string, partitions: number): number => {
  if (metadata.length !== partitions) metadata = Array.from({ length: partitions }, () => NO_METADATA)
  return byKey({ topic: '', partitionMetadata: metadata, message: { key, value: null } })
}

/** Whether a key belongs into a partition of a topic that has so many; remembered per key. */
export const belongsTo = (partition: number, partitions: number): ((key: string) => boolean) => {
  const known = new Map<string, boolean>()
  return key => {
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    if (known.size >= MAX_CACHED) known.clear()
    const isHere = partitionOf(key, partitions) === partition
    known.set(key, isHere)
    return isHere
  }
}

/** A key has one partition: elsewhere it would have a second state, and two truths would be published of it. */
export const misplaced = (key: string, partition: number): TickstreamError =>
  new TickstreamError(
    'TS-DATA',
    `${key} does not belong into partition ${partition}: let its writer use Kafka's default partitioner (murmur2 of the key)`
  )

/** Kafka's own default (murmur2 of the key), remembered per key; a partition that the record names goes first. */
export const cachedPartitioner = () => {
  const byDefault = kafkajs.Partitioners.DefaultPartitioner()
  const cache = new Map<string, number>()
  return (args: PartitionerArgs): number => {
    if (typeof args.message.partition === 'number') return args.message.partition
    const name = `${args.topic} ${args.partitionMetadata.length} ${String(args.message.key)}`
    const known = cache.get(name)
    if (known !== undefined) return known
    if (cache.size >= MAX_CACHED) cache.clear()
    const partition = byDefault(args)
    cache.set(name, partition)
    return partition
  }
}

import type { TopicPartition } from '../../../stream/sink.ts'
import { array, ByteReader, int32, string } from './bytes.ts'
import { type Api, type WireRequest, wireRequest } from './request.ts'

export const OFFSET_FOR_LEADER_EPOCH: Api = { key: 23, version: 3, name: 'OffsetForLeaderEpoch' }

/** A partition, and a leader epoch in it. */
export type Epoch = TopicPartition & { readonly leaderEpoch: number }

/** `end`: the first offset that was not written in the epoch or before it; -1 when the broker does not know. */
export type EpochEnd = TopicPartition & { readonly errorCode: number; readonly end: bigint }

const CONSUMER = -1
const ANY_LEADER = -1

const decode = (payload: Buffer): readonly EpochEnd[] => {
  const from = new ByteReader(payload)
  from.int32()
  const topics = from.array(() => {
    const topic = from.string()
    return from.array(() => {
      const [errorCode, partition] = [from.int16(), from.int32()]
      from.int32()
      return { topic, partition, errorCode, end: from.int64() }
    })
  })
  return topics.flat()
}

/** Asks the leader of partitions where leader epochs ended: an end before a position means that the log was cut under it. */
export const epochEndRequest = (epochs: readonly Epoch[]): WireRequest<readonly EpochEnd[]> => {
  const topics = [...Map.groupBy(epochs, epoch => epoch.topic)].map(([topic, epochs]) => {
    const partitions = epochs.map(one =>
      Buffer.concat([int32(one.partition), int32(ANY_LEADER), int32(one.leaderEpoch)])
    )
    return Buffer.concat([string(topic), array(partitions)])
  })
  return wireRequest(OFFSET_FOR_LEADER_EPOCH, Buffer.concat([int32(CONSUMER), array(topics)]), decode)
}

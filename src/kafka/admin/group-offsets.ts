import type { Admin } from 'kafkajs'
import type { StoredPosition } from '../../stream/log-identity.ts'
import type { TopicPartition } from '../../stream/sink.ts'
import { parseGroupMetadata } from '../client/group-metadata.ts'

/** Where a group goes on in a partition (the broker's names). */
export type GroupOffset = TopicPartition & StoredPosition

/** What a group has told the broker, of one topic or of all; a partition of which it has said nothing is left out. */
export const groupOffsets = async (admin: Admin, groupId: string, topic?: string): Promise<readonly GroupOffset[]> => {
  const fetched = await admin.fetchOffsets({ groupId, ...(topic === undefined ? {} : { topics: [topic] }) })
  return fetched.flatMap(({ topic: name, partitions }) =>
    partitions
      .filter(({ offset }) => offset !== '-1')
      .map(({ partition, offset, metadata }) => ({
        topic: name,
        partition,
        next: BigInt(offset),
        log: parseGroupMetadata(metadata)
      }))
  )
}

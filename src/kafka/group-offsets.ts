import type { Admin } from 'kafkajs'
import type { Place } from '../stream/sink.ts'

/** Where a group goes on in a partition (the broker's names). */
export type GroupOffset = Place & { readonly next: bigint }

/** What a group has told the broker, of one topic or of all; a partition of which it has said nothing is left out. */
export const groupOffsets = async (admin: Admin, groupId: string, topic?: string): Promise<readonly GroupOffset[]> => {
  const told = await admin.fetchOffsets({ groupId, ...(topic === undefined ? {} : { topics: [topic] }) })
  return told.flatMap(({ topic: of, partitions }) =>
    partitions
      .filter(({ offset }) => offset !== '-1')
      .map(({ partition, offset }) => ({ topic: of, partition, next: BigInt(offset) }))
  )
}

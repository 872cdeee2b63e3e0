import type { Admin, Kafka } from 'kafkajs'
import type { TopicPartition } from '../../stream/sink.ts'
import { withAdmin } from '../client/with-admin.ts'
import { groupOffsets } from './group-offsets.ts'
import { type OffsetRange, offsetRangesOf } from './log/resume-offsets.ts'

/** How many records a group has still to read of a partition; names are the broker's. */
export type GroupLag = TopicPartition & { readonly group: string; readonly lag: number }

/** `ends`: of topics that were asked about already; filled on the way. */
const lagsOf = async (
  admin: Admin,
  group: string,
  ends: Map<string, readonly OffsetRange[]>
): Promise<readonly GroupLag[]> => {
  const lags: GroupLag[] = []
  for (const { topic, partition, next } of await groupOffsets(admin, group)) {
    const ranges = ends.get(topic) ?? (await offsetRangesOf(admin, topic))
    ends.set(topic, ranges)
    const end = ranges.find(at => at.partition === partition)?.high ?? 0n
    lags.push({ group, topic, partition, lag: Math.max(0, Number(end - next)) })
  }
  return lags
}

/** The lag of every group of this installation, as its stages have told the broker. */
export const readGroupLags = (kafka: Kafka, prefix: string): Promise<readonly GroupLag[]> =>
  withAdmin(kafka, async admin => {
    const { groups } = await admin.listGroups()
    const ends = new Map<string, readonly OffsetRange[]>()
    const lags: GroupLag[] = []
    for (const { groupId } of groups.filter(({ groupId: id }) => id.startsWith(prefix)))
      lags.push(...(await lagsOf(admin, groupId, ends)))
    return lags
  })

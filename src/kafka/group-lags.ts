import type { Admin, Kafka } from 'kafkajs'
import { withAdmin } from './with-admin.ts'

/** How many records a group has still to read of a partition; names are the broker's. */
export type GroupLag = {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly lag: number
}

type Ends = ReadonlyMap<number, bigint>

const endsOf = async (admin: Admin, topic: string): Promise<Ends> =>
  new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, BigInt(high)]))

const lagsOf = async (admin: Admin, group: string, ends: Map<string, Ends>): Promise<readonly GroupLag[]> => {
  const lags: GroupLag[] = []
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group })) {
    const told = partitions.filter(({ offset }) => offset !== '-1')
    if (told.length > 0 && !ends.has(topic)) ends.set(topic, await endsOf(admin, topic))
    for (const { partition, offset } of told) {
      const behind = (ends.get(topic)?.get(partition) ?? 0n) - BigInt(offset)
      lags.push({ group, topic, partition, lag: Math.max(0, Number(behind)) })
    }
  }
  return lags
}

/** The lag of every group of this installation, as its stages have told the broker. */
export const readGroupLags = (kafka: Kafka, prefix: string): Promise<readonly GroupLag[]> =>
  withAdmin(kafka, async admin => {
    const { groups } = await admin.listGroups()
    const ends = new Map<string, Ends>()
    const lags: GroupLag[] = []
    for (const { groupId } of groups.filter(({ groupId: id }) => id.startsWith(prefix)))
      lags.push(...(await lagsOf(admin, groupId, ends)))
    return lags
  })

import type { Admin, Kafka } from 'kafkajs'
import { TickstreamError } from '../market/error.ts'
import { withAdmin } from './with-admin.ts'

/** A position to give to a group. */
type Position = { readonly partition: number; readonly next: bigint }

const STOPPED = new Set(['Empty', 'Dead'])

const requireStopped = async (admin: Admin, groupId: string): Promise<void> => {
  const { groups } = await admin.describeGroups([groupId])
  const [group] = groups
  if (!group || (STOPPED.has(group.state) && group.members.length === 0)) return
  throw new TickstreamError(
    'environment',
    `group ${groupId} is running (${group.state}, members: ${group.members.length}); stop the stage first, ` +
      'and wait some seconds if it was killed: the broker has to notice'
  )
}

/** Positions of a stopped group in one topic (both the broker's names). Throws an `environment` error while it has members. */
export const readGroupPositions = (
  kafka: Kafka,
  groupId: string,
  topic: string
): Promise<ReadonlyMap<number, bigint>> =>
  withAdmin(kafka, async admin => {
    await requireStopped(admin, groupId)
    const topics = await admin.fetchOffsets({ groupId, topics: [topic] })
    const known = topics.flatMap(of => of.partitions).filter(at => at.offset !== '-1')
    return new Map(known.map(at => [at.partition, BigInt(at.offset)]))
  })

/** Moves a stopped group in one topic (both the broker's names). */
export const setGroupPositions = (
  kafka: Kafka,
  groupId: string,
  topic: string,
  positions: readonly Position[]
): Promise<void> =>
  withAdmin(kafka, async admin => {
    await requireStopped(admin, groupId)
    const partitions = positions.map(({ partition, next }) => ({ partition, offset: String(next) }))
    await admin.setOffsets({ groupId, topic, partitions })
  })

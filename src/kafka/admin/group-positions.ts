import type { Admin, Kafka } from 'kafkajs'
import { TickstreamError } from '../../market/error.ts'
import { createConsumerSession } from '../client/consumer-session.ts'
import { withAdmin } from '../client/with-admin.ts'
import { groupOffsets } from './group-offsets.ts'

/** A position to give to a group. */
type Position = { readonly partition: number; readonly next: bigint }

const STOPPED = new Set(['Empty', 'Dead'])

const requireStopped = async (admin: Admin, groupId: string): Promise<void> => {
  const { groups } = await admin.describeGroups([groupId])
  const [group] = groups
  if (!group || (STOPPED.has(group.state) && group.members.length === 0)) return
  throw new TickstreamError(
    'TS-KAFKA-OFFSET',
    `group ${groupId} is running (${group.state}, members: ${group.members.length}); stop the stage first, ` +
      'and wait some seconds if it was killed: the broker has to notice'
  )
}

/** Positions of a stopped group in one topic (both the broker's names). Throws `TS-SETUP` while it has members. */
export const readGroupPositions = (
  kafka: Kafka,
  groupId: string,
  topic: string
): Promise<ReadonlyMap<number, bigint>> =>
  withAdmin(kafka, async admin => {
    await requireStopped(admin, groupId)
    return new Map((await groupOffsets(admin, groupId, topic)).map(({ partition, next }) => [partition, next]))
  })

/**
 * Moves a stopped group in one topic (both the broker's names), as its only member: the broker takes positions from nobody else. Throws an
 * `environment` error while it has members.
 */
export const setGroupPositions = async (
  kafka: Kafka,
  groupId: string,
  topic: string,
  positions: readonly Position[]
): Promise<void> => {
  await withAdmin(kafka, admin => requireStopped(admin, groupId))
  const joined = Promise.withResolvers<void>()
  const session = createConsumerSession(
    kafka,
    { groupId, topics: [topic] },
    {
      onAssigned: () => joined.resolve(),
      onBatch: () => undefined,
      onCrash: (error, restarts) => {
        if (!restarts) joined.reject(error)
      }
    }
  )
  try {
    await session.join()
    await joined.promise
    await session.commitOffsets(positions.map(position => ({ topic, ...position })))
  } finally {
    await session.leave()
  }
}

import type { Admin, Consumer, Kafka } from 'kafkajs'
import { TickstreamError } from '../../market/error.ts'
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
    return new Map((await groupOffsets(admin, groupId, topic)).map(({ partition, next }) => [partition, next]))
  })

/** Joins as the group's only member, without reading anything: a stopped group takes positions from nobody else. */
const joinSilently = async (consumer: Consumer, topic: string): Promise<void> => {
  const joined = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      consumer.pause([{ topic, partitions: payload.memberAssignment[topic] ?? [] }])
      resolve()
    })
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error)
    })
  })
  await consumer.connect()
  await consumer.subscribe({ topic })
  await consumer.run({ autoCommit: false, eachBatch: async () => undefined })
  await joined
}

/** Moves a stopped group in one topic (both the broker's names). Throws an `environment` error while it has members. */
export const setGroupPositions = async (
  kafka: Kafka,
  groupId: string,
  topic: string,
  positions: readonly Position[]
): Promise<void> => {
  await withAdmin(kafka, admin => requireStopped(admin, groupId))
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 100 })
  try {
    await joinSilently(consumer, topic)
    await consumer.commitOffsets(positions.map(({ partition, next }) => ({ topic, partition, offset: String(next) })))
  } finally {
    await consumer.disconnect()
  }
}

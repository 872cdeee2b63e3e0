import type { Consumer, ConsumerConfig, PartitionAssigner } from 'kafkajs'
import type { Pulse } from '../../runtime/observe/pulse.ts'

/**
 * How a member of a group is missed: the shortest session that a broker allows by default, and so the time until a killed member's
 * partitions are assigned to others, or a member that lost its connection is let in again under a new name.
 */
export const SESSION_TIMEOUT_MS = 6_000
const HEARTBEAT_EVERY_MS = 1_500

/** How to join. */
export type SessionOptions = {
  readonly groupId: string
  /** The broker's names; `latest`: without a committed offset it is read from now on, otherwise from its beginning. */
  readonly topics: readonly string[]
  readonly latest?: readonly string[]
  /** Partitions are read as they are assigned, from the group's offsets: nobody opens them. */
  readonly isOpen?: true
  readonly assigner?: PartitionAssigner
  readonly maxBytesPerPartition?: number
  /** How long a broker may wait for records before it answers that there are none. */
  readonly maxWaitMs?: number
  /** Whether it joins again after it broke off, however often; left out: as the client decides. */
  readonly restartsWhile?: () => boolean
  /** Told which brokers answer. */
  readonly pulse?: Pulse
  readonly onAnswer?: () => void
}

/** The same as the client takes it. */
export const configOf = (options: SessionOptions): ConsumerConfig => {
  const { groupId, assigner, maxBytesPerPartition, maxWaitMs = 100, restartsWhile } = options
  const retry = { initialRetryTime: 100, maxRetryTime: 3_000, retries: 10 }
  return {
    groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_EVERY_MS,
    allowAutoTopicCreation: false,
    readUncommitted: false,
    maxWaitTimeInMs: maxWaitMs,
    ...(assigner ? { partitionAssigners: [assigner] } : {}),
    ...(maxBytesPerPartition ? { maxBytesPerPartition } : {}),
    ...(restartsWhile ? { retry: { ...retry, restartOnFailure: async () => restartsWhile() } } : {})
  }
}

/** Names the topics to the client. */
export const subscribe = async (consumer: Consumer, { topics, latest = [] }: SessionOptions): Promise<void> => {
  if (topics.length > 0) await consumer.subscribe({ topics: [...topics], fromBeginning: true })
  if (latest.length > 0) await consumer.subscribe({ topics: [...latest], fromBeginning: false })
}

import type { Consumer, Kafka } from 'kafkajs'
import { groupSession } from '../client/session-timeouts.ts'
import { coPartitionAssigner } from './co-partition-assigner.ts'

/** A member of a topology's group. It reads what is committed, and breaks off for good only when the signal is raised. */
export const createTopologyConsumer = (kafka: Kafka, groupId: string, signal: AbortSignal): Consumer =>
  kafka.consumer({
    groupId,
    ...groupSession,
    partitionAssigners: [coPartitionAssigner],
    allowAutoTopicCreation: false,
    readUncommitted: false,
    maxWaitTimeInMs: 100,
    maxBytesPerPartition: 256 << 10,
    retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: 10, restartOnFailure: async () => !signal.aborted }
  })

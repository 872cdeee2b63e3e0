import type { Consumer, Kafka } from 'kafkajs'

/** The least that a broker allows by default, and so the time until a killed member's partitions are taken over. */
export const SESSION_TIMEOUT_MS = 6_000
const HEARTBEAT_MS = 1_500

/** A member of a topology's group. It reads what is committed, and breaks off for good only when the signal is raised. */
export const createTopologyConsumer = (kafka: Kafka, groupId: string, signal: AbortSignal): Consumer =>
  kafka.consumer({
    groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    readUncommitted: false,
    maxWaitTimeInMs: 100,
    maxBytesPerPartition: 2 << 20,
    retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: 10, restartOnFailure: async () => !signal.aborted }
  })

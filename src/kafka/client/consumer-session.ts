import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs'
import type { LogIdentity } from '../../stream/log-identity.ts'
import { type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'
import { watchFetches } from './fetch-pulse.ts'
import { groupMetadata } from './group-metadata.ts'
import { configOf, type SessionOptions, subscribe } from './session-options.ts'

/** Partitions (the broker's names) that the group has assigned to this member. Each assignment is a new object, so that code can tell an older one. */
export type Assignment = {
  readonly partitions: readonly TopicPartition[]
  /** Raised when the group assigns anew, or the connection breaks. Work that began under it must be dropped. */
  readonly revoked: AbortSignal
}

/** Committed records of one partition, in order. Without records: markers of transactions and aborted records alone. */
export type RecordBatch = TopicPartition & {
  readonly messages: readonly KafkaMessage[]
  /** The offset that it begins at, and the one behind it: what no reader sees is counted. */
  readonly first: bigint
  readonly next: bigint
  readonly highWatermark: bigint
  /** In which the last record was written; null: the broker does not say. */
  readonly leaderEpoch: number | null
  /** Keeps the membership while a batch takes long. */
  readonly heartbeat: () => Promise<void>
}

/** An offset in a partition; a group keeps beside it which log it is one of. */
type OffsetPosition = TopicPartition & { readonly next: bigint; readonly log?: LogIdentity | undefined }

/** What happens to a member. */
type SessionEvents = {
  /** Every partition is paused, unless `isOpen`. */
  readonly onAssigned: (assignment: Assignment) => void
  readonly onRevoked?: () => void
  /** Of partitions that were opened; the next batch waits for the promise. */
  readonly onBatch: (batch: RecordBatch) => void | Promise<void>
  /** The member broke off; `restarts`: it joins again by itself. */
  readonly onCrash: (error: Error, restarts: boolean) => void
}

/**
 * A member of a consumer group:
 *
 *     joining -> assigned -> revoked -> assigned …
 *                   any  -> crashed  -> assigned …, where it restarts
 *
 * Partitions are paused from their assignment until they are opened at an offset. Orders for a member that has just broken off are
 * dropped: when it is back, the group assigns it everything anew.
 */
export type ConsumerSession = {
  /** Joins. Rejects where the broker does not take the member; `leave` then too. */
  readonly join: () => Promise<void>
  readonly assignment: () => Assignment | null
  /** Reads partitions from these offsets on. */
  readonly open: (positions: readonly OffsetPosition[]) => void
  /** Reads nothing more of them, and drops what was fetched, until they are opened again. */
  readonly close: (partitions: readonly TopicPartition[]) => void
  /** Fetches no more, or on from where it was, of partitions that are open. */
  readonly pause: (partitions: readonly TopicPartition[]) => void
  readonly resume: (partitions: readonly TopicPartition[]) => void
  readonly commitOffsets: (positions: readonly OffsetPosition[]) => Promise<void>
  /** Leaves the group. */
  readonly leave: () => Promise<void>
}

/** The client's types do not know what our patch of it adds: the leader epoch of a batch's last record, and whether an empty one is stale. */
type PatchedBatch = { readonly leaderEpoch?: () => number | null }
type PatchedEvent = { readonly leaderEpoch?: number | null; readonly isStale?: boolean }

const BROKEN_OFF = 'Consumer group was not initialized'

const unlessBrokenOff = (order: () => void): void => {
  try {
    order()
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith(BROKEN_OFF))) throw error
  }
}

const byTopic = (topicPartitions: readonly TopicPartition[]): { topic: string; partitions: number[] }[] =>
  [...Map.groupBy(topicPartitions, topicPartition => topicPartition.topic)].map(([topic, partitions]) => ({
    topic,
    partitions: partitions.map(p => p.partition)
  }))

const toOffsets = (positions: readonly OffsetPosition[]) =>
  positions.map(({ topic, partition, next, log }) => ({
    topic,
    partition,
    offset: String(next),
    ...(log ? { metadata: groupMetadata(log) } : {})
  }))

type State = {
  readonly consumer: Consumer
  readonly options: SessionOptions
  readonly events: SessionEvents
  assignment: Assignment | null
  revoke: AbortController
  /** By `topicPartitionKey`. */
  readonly opened: Set<string>
}

const revoke = (state: State): void => {
  state.revoke.abort(new Error('the group assigns its partitions anew'))
  state.assignment = null
  state.opened.clear()
  state.events.onRevoked?.()
}

const assign = (state: State, memberAssignment: Readonly<Record<string, readonly number[]>>): void => {
  revoke(state)
  const partitions = Object.entries(memberAssignment).flatMap(([topic, numbers]) =>
    numbers.map(partition => ({ topic, partition }))
  )
  state.revoke = new AbortController()
  state.assignment = { partitions, revoked: state.revoke.signal }
  if (state.options.isOpen) for (const topicPartition of partitions) state.opened.add(topicPartitionKey(topicPartition))
  else if (partitions.length > 0) unlessBrokenOff(() => state.consumer.pause(byTopic(partitions)))
  state.events.onAssigned(state.assignment)
}

/** What the client tells of a batch, whether its records come to a handler or not. */
type Fetched = TopicPartition & {
  readonly firstOffset: string | null
  readonly lastOffset: string
  readonly highWatermark: string
}

const recordBatch = (
  { topic, partition, firstOffset, lastOffset, highWatermark }: Fetched,
  rest: Pick<RecordBatch, 'messages' | 'leaderEpoch' | 'heartbeat'>
): RecordBatch => {
  const next = BigInt(lastOffset) + 1n
  const first = BigInt(firstOffset ?? next)
  return { topic, partition, first, next, highWatermark: BigInt(highWatermark), ...rest }
}

/** A batch that was fetched before its partition was opened (again) is stale: its records may lie beyond the offset that was asked for. */
const deliver = async ({ opened, events }: State, { batch, isStale, heartbeat }: EachBatchPayload): Promise<void> => {
  if (!opened.has(topicPartitionKey(batch)) || isStale()) return
  const { topic, partition, messages, highWatermark } = batch
  const fetched = {
    topic,
    partition,
    firstOffset: batch.firstOffset(),
    lastOffset: batch.lastOffset(),
    highWatermark
  }
  const leaderEpoch = (batch as PatchedBatch).leaderEpoch?.() ?? null
  await events.onBatch(recordBatch(fetched, { messages, leaderEpoch, heartbeat }))
}

const noHeartbeat = async (): Promise<void> => undefined

/**
 * A batch of nothing that a reader sees reaches no handler of the client; without it a position would never get to the end. A stale one would
 * lead it past all that has to be read again.
 */
const deliverEmpty = ({ consumer, opened, events }: State, onFailure: (error: unknown) => void): void => {
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    const { leaderEpoch = null, isStale = false } = payload as PatchedEvent
    if (payload.batchSize > 0 || isStale || !opened.has(topicPartitionKey(payload))) return
    const batch = recordBatch(payload, { messages: [], leaderEpoch, heartbeat: noHeartbeat })
    Promise.resolve(events.onBatch(batch)).catch(onFailure)
  })
}

const listen = (state: State): void => {
  const { consumer, options, events } = state
  const { REBALANCING, GROUP_JOIN, CRASH } = consumer.events
  if (options.pulse) watchFetches(consumer, options.pulse, options.onAnswer)
  consumer.on(REBALANCING, () => revoke(state))
  consumer.on(GROUP_JOIN, ({ payload }) => assign(state, payload.memberAssignment))
  consumer.on(CRASH, ({ payload: { error, restart } }) => {
    revoke(state)
    events.onCrash(error, restart)
  })
  deliverEmpty(state, error => events.onCrash(error instanceof Error ? error : new Error(String(error)), false))
}

/** A member that has not joined yet. */
export const createConsumerSession = (
  kafka: Kafka,
  options: SessionOptions,
  events: SessionEvents
): ConsumerSession => {
  const consumer = kafka.consumer(configOf(options))
  const opened = new Set<string>()
  const state: State = { consumer, options, events, assignment: null, revoke: new AbortController(), opened }
  const order = (
    act: (assigned: ReturnType<typeof byTopic>) => void,
    topicPartitions: readonly TopicPartition[]
  ): void => {
    if (topicPartitions.length > 0) unlessBrokenOff(() => act(byTopic(topicPartitions)))
  }
  listen(state)
  return {
    join: async () => {
      await consumer.connect()
      await subscribe(consumer, options)
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: true,
        eachBatch: payload => deliver(state, payload)
      })
    },
    assignment: () => state.assignment,
    open: positions => {
      for (const position of positions) opened.add(topicPartitionKey(position))
      unlessBrokenOff(() => {
        for (const { topic, partition, offset } of toOffsets(positions)) consumer.seek({ topic, partition, offset })
      })
      order(assigned => consumer.resume(assigned), positions)
    },
    close: topicPartitions => {
      for (const topicPartition of topicPartitions) opened.delete(topicPartitionKey(topicPartition))
      order(assigned => consumer.pause(assigned), topicPartitions)
    },
    pause: topicPartitions => order(assigned => consumer.pause(assigned), topicPartitions),
    resume: topicPartitions =>
      order(
        assigned => consumer.resume(assigned),
        topicPartitions.filter(topicPartition => opened.has(topicPartitionKey(topicPartition)))
      ),
    commitOffsets: positions => consumer.commitOffsets(toOffsets(positions)),
    leave: () => consumer.disconnect()
  }
}

import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import { TickstreamError } from '../../market/error.ts'
import type { LogIdentity } from '../../stream/log-identity.ts'
import { type Place, placeKey } from '../../stream/sink.ts'
import type { Incoming } from '../../stream/topic.ts'
import { groupMetadata } from '../admin/group-offsets.ts'
import { steer } from '../client/if-attached.ts'
import { groupSession } from '../client/session-timeouts.ts'
import { leaderEpochOf, toldLeaderEpoch } from '../log/leader-epoch.ts'
import { incomingOf } from '../read/incoming-record.ts'

/** The partitions that the group gave to this member; a new object after every rebalance, so that what was begun under an older one is known. */
export type Assignment = { readonly places: readonly Place[] }

/** A partition, the offset after what is meant, and the leader epoch of the last record before that; null where nobody says. */
export type Reached = Place & { readonly next: bigint; readonly leaderEpoch: number | null }

/** A place in a partition; a group keeps beside it which log it is. */
type Position = Place & { readonly next: bigint; readonly log?: LogIdentity | undefined }

/** What the reader tells its owner. */
type ReaderEvents = {
  /**
   * Records of a partition that was opened, in order; `next` counts the marks of transactions too, which nobody sees. `first`: the offset
   * that they begin at.
   */
  readonly onRecords: (reached: Reached, records: readonly Incoming[], highWatermark: bigint, first: bigint) => void
  readonly onAssignment: () => void
  /** It broke off, and comes back by itself. */
  readonly onBreak: (error: Error) => void
  /** It cannot go on. */
  readonly onEnd: (error: TickstreamError) => void
}

/** A member of a sink's consumer group. Partitions are silent from their assignment until they are opened at an offset. */
export type SinkReader = {
  readonly assignment: () => Assignment | null
  /** Silences all partitions, until they are opened again. */
  readonly silence: () => void
  readonly open: (starts: readonly Position[]) => void
  /** Stops fetching, or fetches on, where the partitions are. */
  readonly hold: (isHeld: boolean) => void
  /** Tells the group its positions; for tools that show lag, and for sinks that keep none themselves. */
  readonly commit: (positions: readonly Position[]) => Promise<void>
  readonly close: () => Promise<void>
}

type State = {
  readonly consumer: Consumer
  readonly prefix: string
  readonly events: ReaderEvents
  assignment: Assignment | null
  open: Set<string>
}

const createConsumer = (kafka: Kafka, groupId: string): Consumer =>
  kafka.consumer({
    groupId,
    ...groupSession,
    allowAutoTopicCreation: false,
    readUncommitted: false,
    maxWaitTimeInMs: 100,
    retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: 10, restartOnFailure: async () => true }
  })

const byTopic = (places: readonly Place[]): { topic: string; partitions: number[] }[] =>
  [...Map.groupBy(places, place => place.topic)].map(([topic, of]) => ({ topic, partitions: of.map(p => p.partition) }))

const toOffsets = (positions: readonly Position[]) =>
  positions.map(({ topic, partition, next, log }) => ({
    topic,
    partition,
    offset: String(next),
    ...(log ? { metadata: groupMetadata(log) } : {})
  }))

const assign = (state: State, assignment: Assignment | null): void => {
  state.assignment = assignment
  state.open = new Set()
  if (assignment && assignment.places.length > 0) steer(() => state.consumer.pause(byTopic(assignment.places)))
  state.events.onAssignment()
}

const deliver = ({ open, prefix, events }: State, { batch, isStale }: EachBatchPayload): void => {
  const { topic, partition } = batch
  if (!open.has(placeKey(batch)) || isStale()) return
  const records = batch.messages.map(message => incomingOf(topic.slice(prefix.length), partition, message))
  const next = BigInt(batch.lastOffset()) + 1n
  const first = BigInt(batch.firstOffset() ?? next)
  events.onRecords(
    { topic, partition, next, leaderEpoch: leaderEpochOf(batch) },
    records,
    BigInt(batch.highWatermark),
    first
  )
}

const listen = (state: State): void => {
  const { consumer, events } = state
  consumer.on(consumer.events.REBALANCING, () => assign(state, null))
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const assigned = Object.entries(payload.memberAssignment)
    assign(state, {
      places: assigned.flatMap(([topic, partitions]) => partitions.map(partition => ({ topic, partition })))
    })
  })
  // A batch of nothing but transaction marks reaches no handler; without this a position would never get to the end.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    const { topic, partition, firstOffset, lastOffset, highWatermark } = payload
    if (payload.batchSize > 0 || !state.open.has(placeKey(payload))) return
    const next = BigInt(lastOffset) + 1n
    const reached = { topic, partition, next, leaderEpoch: toldLeaderEpoch(payload) }
    events.onRecords(reached, [], BigInt(highWatermark), BigInt(firstOffset ?? next))
  })
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    assign(state, null)
    if (restart) events.onBreak(error)
    else events.onEnd(new TickstreamError('environment', `the consumer ended: ${error.message}`, { cause: error }))
  })
}

const readerOf = (state: State): SinkReader => {
  const { consumer } = state
  const assigned = () => byTopic(state.assignment?.places ?? [])
  const opened = () => byTopic((state.assignment?.places ?? []).filter(place => state.open.has(placeKey(place))))
  return {
    assignment: () => state.assignment,
    silence: () => {
      state.open = new Set()
      steer(() => consumer.pause(assigned()))
    },
    open: starts => {
      state.open = new Set(starts.map(placeKey))
      steer(() => {
        for (const { topic, partition, offset } of toOffsets(starts)) consumer.seek({ topic, partition, offset })
        consumer.resume(byTopic(starts))
      })
    },
    hold: isHeld => steer(() => (isHeld ? consumer.pause(assigned()) : consumer.resume(opened()))),
    commit: positions => consumer.commitOffsets(toOffsets(positions)),
    close: () => consumer.disconnect()
  }
}

/** Joins the group and reads topics, both named without the prefix. */
export const openSinkReader = async (
  kafka: Kafka,
  prefix: string,
  group: string,
  topics: readonly string[],
  events: ReaderEvents
): Promise<SinkReader> => {
  const consumer = createConsumer(kafka, prefix + group)
  const state: State = { consumer, prefix, events, assignment: null, open: new Set() }
  listen(state)
  await consumer.connect()
  await consumer.subscribe({ topics: topics.map(topic => prefix + topic), fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: true,
    eachBatch: async payload => deliver(state, payload)
  })
  return readerOf(state)
}

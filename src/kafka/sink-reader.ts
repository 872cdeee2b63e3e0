import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import { TickstreamError } from '../market/error.ts'
import { type Place, placeKey } from '../stream/sink.ts'
import type { Incoming } from '../stream/topic.ts'
import { groupSession } from './group-session.ts'
import { incomingOf } from './incoming-of.ts'
import { steer } from './steer.ts'

/** The partitions that the group gave to this member; a new object after every rebalance, so that what was begun under an older one is known. */
export type Assignment = { readonly places: readonly Place[] }

/** A partition, and the offset after what is meant. */
export type Reached = Place & { readonly next: bigint }

/** What the reader tells its owner. */
type ReaderEvents = {
  /** Records of a partition that was opened, in order; `next` counts the marks of transactions too, which nobody sees. */
  readonly onRecords: (reached: Reached, records: readonly Incoming[], highWatermark: bigint) => void
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
  readonly open: (starts: readonly Reached[]) => void
  /** Stops fetching, or fetches on, where the partitions are. */
  readonly hold: (isHeld: boolean) => void
  /** Tells the group its positions; for tools that show lag, and for sinks that keep none themselves. */
  readonly commit: (positions: readonly Reached[]) => Promise<void>
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

const toOffsets = (positions: readonly Reached[]) =>
  positions.map(({ topic, partition, next }) => ({ topic, partition, offset: String(next) }))

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
  events.onRecords({ topic, partition, next }, records, BigInt(batch.highWatermark))
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
    const { topic, partition, lastOffset, highWatermark } = payload
    if (payload.batchSize > 0 || !state.open.has(placeKey(payload))) return
    events.onRecords({ topic, partition, next: BigInt(lastOffset) + 1n }, [], BigInt(highWatermark))
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
  return {
    assignment: () => state.assignment,
    silence: () => {
      state.open = new Set()
      steer(() => consumer.pause(assigned()))
    },
    open: starts => {
      state.open = new Set(starts.map(placeKey))
      steer(() => {
        for (const offset of toOffsets(starts)) consumer.seek(offset)
        consumer.resume(byTopic(starts))
      })
    },
    hold: isHeld => steer(() => (isHeld ? consumer.pause(assigned()) : consumer.resume(assigned()))),
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

import type { Kafka } from 'kafkajs'
import type { Clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { type Pulse, STALLED_AFTER_MS } from '../../runtime/observe/pulse.ts'
import { retry } from '../../runtime/retry.ts'
import { isOtherTopic, type StoredPosition, type TopicIdentity } from '../../stream/log-identity.ts'
import { type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'
import type { Incoming } from '../../stream/topic.ts'
import { hasTopic } from '../admin/has-topic.ts'
import { createLogs, type Logs } from '../admin/log/logs.ts'
import { replacedTopics, type Topics } from '../admin/log/replaced-topics.ts'
import { type OffsetRange, offsetRanges } from '../admin/log/resume-offsets.ts'
import { type ConsumerSession, createConsumerSession, type RecordBatch } from '../client/consumer-session.ts'
import { incomingRecord } from '../client/incoming-record.ts'
import { isFinal } from '../client/kafka-errors.ts'
import { withAdmin } from '../client/with-admin.ts'
import { createLeftToRead, type Left, type LeftToRead } from './left-to-read.ts'
import { startPosition } from './start-position.ts'

/** A topic (without the prefix) to follow: `back` so many records before its end, or from its beginning. */
type Followed = {
  readonly topic: string
  readonly back: number | 'all'
  /** Followed where it is there when following begins; left out, with a line that says so, where it is not. */
  readonly mayBeMissing?: true
}

/** Where a partition is read from, and what it held when that was decided. */
type Begin = OffsetRange & { readonly from: bigint }

/** What is followed, and what is called with it. */
export type LiveReaderOptions = {
  readonly kafka: Kafka
  readonly prefix: string
  /** A group of its own: it takes every partition, and leaves no position behind. */
  readonly groupId: string
  readonly topics: readonly Followed[]
  /** How far somebody else has stored, by `topicPartitionKey`: nothing from there on is left out, nor anything of another topic of the same name. */
  readonly stored: ReadonlyMap<string, StoredPosition>
  /** Hears which topics (the broker's names) are read, before the first record, and again when one was made anew. */
  readonly onTopics: (topics: Topics) => void
  readonly onRecord: (record: Incoming) => void
  /** Hears how many records of each topic are still to be read of those that were there at the start, or when the broker came back. */
  readonly onLeft: (left: Left) => void
  /** How lately the brokers have answered. */
  readonly pulse: Pulse
  readonly clock: Clock
  readonly random: () => number
  readonly health: Health
  readonly log: Logger
  readonly signal: AbortSignal
}

const endsOf = ({ kafka, prefix, topics }: LiveReaderOptions): Promise<readonly OffsetRange[]> =>
  withAdmin(kafka, admin =>
    offsetRanges(
      admin,
      topics.map(({ topic }) => prefix + topic)
    )
  )

/** What is stored of the topic that is there now. */
const storedOffset = (position: StoredPosition | undefined, now: TopicIdentity | undefined): bigint | undefined =>
  position?.log && now && isOtherTopic(position.log, now) ? undefined : position?.next

const beginsOf = async (
  options: LiveReaderOptions,
  logs: Logs
): Promise<{ readonly begins: readonly Begin[]; readonly identities: Topics }> => {
  const backs = new Map(options.topics.map(({ topic, back }) => [options.prefix + topic, back]))
  const identities = await logs.describe([...backs.keys()])
  const ranges = await endsOf(options)
  options.onTopics(identities)
  const begins = ranges.map(at => {
    const stored = storedOffset(options.stored.get(topicPartitionKey(at)), identities.get(at.topic))
    return { ...at, from: startPosition(at, backs.get(at.topic) ?? 'all', stored) }
  })
  return { begins, identities }
}

/** Without the topics that may be missing and are. */
const withoutMissing = async (options: LiveReaderOptions): Promise<LiveReaderOptions> => {
  const topics: Followed[] = []
  for (const followed of options.topics) {
    const topic = options.prefix + followed.topic
    if (!followed.mayBeMissing || (await hasTopic(options.kafka, topic))) topics.push(followed)
    else
      options.log.warn(
        { topic },
        `${topic} is missing and is done without; run \`tickstream topics apply\`, then start this anew`
      )
  }
  return { ...options, topics }
}

type State = {
  readonly follow: LiveReaderOptions
  readonly logs: Logs
  /** Which topics are read. */
  identities: Topics
  /** The next offset of each partition, kept over a broken connection. */
  readonly positions: Map<string, bigint>
  readonly left: LeftToRead
  readonly topicPartitions: readonly TopicPartition[]
  /** In a row. */
  readonly failures: { count: number }
}

/** A broker has answered: after a silence there may be more than was known of. */
const onBrokerAnswer = ({ left, follow: { pulse } }: State): void => {
  if (left.isKnown() && (pulse.ageMs() ?? 0) > STALLED_AFTER_MS) left.invalidate()
  if (!left.isKnown()) void left.measure()
}

/** Where a partition is read on from; one that ends before was made anew, and is read from its beginning. */
const positionIn = ({ positions, follow: { log } }: State, topicPartition: TopicPartition, end: bigint): bigint => {
  const position = positions.get(topicPartitionKey(topicPartition)) ?? 0n
  if (position <= end) return position
  log.error({ ...topicPartition, position, end }, 'the topic was made anew; it is read from its beginning')
  positions.set(topicPartitionKey(topicPartition), 0n)
  return 0n
}

/** What was read of these topics says nothing of those that are there now. */
const readAnew = (state: State, others: Topics): void => {
  const { positions, topicPartitions, left, follow } = state
  for (const topic of others.keys())
    follow.log.error({ topic }, 'the topic was made anew; it is read from its beginning')
  for (const topicPartition of topicPartitions)
    if (others.has(topicPartition.topic)) positions.set(topicPartitionKey(topicPartition), 0n)
  state.identities = new Map([...state.identities, ...others])
  follow.onTopics(state.identities)
  left.invalidate()
}

/** What is handed over of a batch: nothing twice, and nothing of before a position. */
const deliver = (state: State, { topic, partition, messages, next, highWatermark }: RecordBatch): void => {
  const { prefix, groupId, onRecord } = state.follow
  const position = messages.length > 0 ? positionIn(state, { topic, partition }, highWatermark) : 0n
  for (const message of messages)
    if (BigInt(message.offset) >= position) onRecord(incomingRecord(topic.slice(prefix.length), partition, message))
  state.left.advanceTo({ topic, partition }, next)
  const lag = Math.max(0, Number(highWatermark - next))
  metrics.consumerLag.set({ consumergroup: groupId, topic, partition }, lag)
}

const createSession = (state: State, fail: (error: Error) => void): ConsumerSession => {
  const { kafka, groupId, health, pulse } = state.follow
  const session = createConsumerSession(
    kafka,
    {
      groupId,
      topics: [...new Set(state.topicPartitions.map(({ topic }) => topic))],
      pulse,
      onAnswer: () => onBrokerAnswer(state)
    },
    {
      onAssigned: () => {
        session.open(
          state.topicPartitions.map(topicPartition => ({
            ...topicPartition,
            next: state.positions.get(topicPartitionKey(topicPartition)) ?? 0n
          }))
        )
        state.failures.count = 0
        health.report('broker', null)
      },
      onBatch: batch => deliver(state, batch),
      onCrash: (error, restarts) => {
        health.report('broker', error.message)
        if (!restarts) fail(error)
      }
    }
  )
  return session
}

/** One session: until the signal, until it breaks off for good, or until a topic that it reads was made anew. */
const readOnce = async (state: State): Promise<void> => {
  const { clock, signal } = state.follow
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => undefined)
  const session = createSession(state, broken.reject)
  const over = new AbortController()
  let others: Topics | null = null
  try {
    await session.join()
    const ended = AbortSignal.any([signal, over.signal])
    others = await Promise.race([broken.promise, replacedTopics(state.logs, state.identities, clock, ended)])
  } finally {
    over.abort()
    await session.leave().catch(() => undefined)
  }
  if (others !== null) readAnew(state, others)
}

const WAITS = { firstMs: 200, mostMs: 5_000 }

/** Repeats what needs the broker until it is done or the signal is raised; throws what no waiting mends. */
const untilDone = async <T>(
  options: LiveReaderOptions,
  work: () => Promise<T>,
  failures: { count: number }
): Promise<T | undefined> => {
  const { health, log, signal } = options
  const onFailure = (error: unknown): void => {
    if (failures.count === 1) log.warn({ err: error }, 'the broker does not answer; it is waited for')
    health.report('broker', error instanceof Error ? error.message : String(error))
  }
  try {
    return await retry(work, { ...options, waits: WAITS, failures, mayPass: error => !isFinal(error), onFailure })
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}

/**
 * Hands over committed records of whole topics as they come, in order within each partition, until the signal. A broker that is away
 * is waited for; nothing is left out and nothing comes twice. Throws what no waiting mends, a missing topic for one.
 */
export const runLiveReader = async (options: LiveReaderOptions): Promise<void> => {
  const logs = createLogs(options.kafka)
  try {
    await followWith(options, logs)
  } finally {
    await logs.close()
  }
}

const followWith = async (asked: LiveReaderOptions, logs: Logs): Promise<void> => {
  const failures = { count: 0 }
  const options = await untilDone(asked, () => withoutMissing(asked), failures)
  if (!options) return
  const begun = await untilDone(options, () => beginsOf(options, logs), failures)
  if (!begun) return
  const { begins, identities } = begun
  const positions = new Map(begins.map(begin => [topicPartitionKey(begin), begin.from]))
  const { prefix, onLeft } = options
  const left = createLeftToRead({ prefix, ends: begins, positions, askEnds: () => endsOf(options), onLeft })
  const topicPartitions = begins.map(({ topic, partition }) => ({ topic, partition }))
  const state: State = { follow: options, logs, identities, positions, left, topicPartitions, failures }
  while (!options.signal.aborted) await untilDone(options, () => readOnce(state), failures)
}

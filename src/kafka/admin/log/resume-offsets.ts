import type { Admin, Kafka } from 'kafkajs'
import { TickstreamError } from '../../../market/error.ts'
import type { LogIdentity, StoredPosition } from '../../../stream/log-identity.ts'
import { type TopicPartition, topicPartitionKey } from '../../../stream/sink.ts'
import { withAdmin } from '../../client/with-admin.ts'
import { type LogChange, logChange, type PartitionLog } from './log-change.ts'

/** What a partition holds: `[low, high)`. */
export type OffsetRange = TopicPartition & { readonly low: bigint; readonly high: bigint }

/** Where to read a partition on from, and what an operator has to know when that is not where it was left. */
export type StartOffset = TopicPartition & {
  /** As it was stored; null: nothing yet. */
  readonly stored: bigint | null
  readonly next: bigint
  /** The first that the log still has. */
  readonly low: bigint
  /** Records that were deleted before they were read. */
  readonly lost: bigint
  readonly problem: string | null
  /** The log that it is read from now. */
  readonly log: LogIdentity
  /** The position was stored before logs were told from each other, and is taken for one in this log. */
  readonly isAdopted: boolean
  /** It is not to be read at all: the position belongs to another log. */
  readonly change: LogChange | null
}

/**
 * A partition goes on where it was left, from its beginning when it is new, and never skips anything without a word: not at all where the
 * position is one in another log. Pure.
 */
export const resumeOffset = (partitionLog: PartitionLog, position: StoredPosition | null): StartOffset => {
  const { topic, partition, low, log: now } = partitionLog
  const stored = position?.next ?? null
  const isAdopted = position !== null && position.log === null && now !== null
  const log = {
    clusterId: now?.clusterId ?? null,
    topicId: now?.topicId ?? null,
    // What is adopted lies before the end of the present leader epoch: should that end before it, the log was cut.
    leaderEpoch: (isAdopted ? now.leaderEpochs.get(partition) : position?.log?.leaderEpoch) ?? null
  }
  const start = {
    topic,
    partition,
    stored,
    next: low,
    low,
    lost: 0n,
    problem: null,
    log,
    isAdopted: false,
    change: null
  }
  if (position === null || stored === null) return start
  const change = logChange(partitionLog, position)
  if (change !== null) return { ...start, next: stored, change }
  if (stored >= low) return { ...start, next: stored, isAdopted }
  const lost = low - stored
  const problem = `${lost} records of ${topicPartitionKey(partitionLog)} (offsets ${stored}..${low - 1n}) were deleted by retention before they were read; going on at ${low}. Raise retention.ms, or keep the stage running`
  return { ...start, lost, problem, isAdopted }
}

/** What the partitions of a topic hold, which is there. */
export const offsetRangesOf = async (admin: Admin, topic: string): Promise<readonly OffsetRange[]> => {
  const offsets = await admin.fetchTopicOffsets(topic)
  return offsets.map(at => ({ topic, partition: at.partition, low: BigInt(at.low), high: BigInt(at.high) }))
}

/**
 * What the partitions of some topics hold. One topic is asked about after the other: where several brokers answer, the client
 * forgets the partitions of one while it learns those of the next. Throws `TS-KAFKA-TOPIC` that names those that are missing.
 */
export const offsetRanges = async (admin: Admin, topics: readonly string[]): Promise<readonly OffsetRange[]> => {
  const existing = new Set(await admin.listTopics())
  const wanted = [...new Set(topics)]
  const missing = wanted.filter(topic => !existing.has(topic))
  if (missing.length > 0)
    throw new TickstreamError(
      'TS-KAFKA-TOPIC',
      `${missing.join(', ')} cannot be read: missing on the broker; run \`tickstream topics apply\``
    )
  const ranges: OffsetRange[] = []
  for (const topic of wanted) ranges.push(...(await offsetRangesOf(admin, topic)))
  return ranges
}

/** First offset kept and the next one to be written, of every partition. Throws `TS-SETUP` when the topic is missing. */
export const offsetsOf = (kafka: Kafka, topic: string): Promise<readonly OffsetRange[]> =>
  withAdmin(kafka, admin => offsetRanges(admin, [topic]))

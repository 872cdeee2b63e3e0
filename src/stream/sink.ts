import type { EpochMs } from '../market/time.ts'
import type { LogIdentity, StoredPosition } from './log-identity.ts'
import type { Incoming } from './topic.ts'

/** A decoded record, beside the record that it came in. */
export type Received<T> = { readonly value: T; readonly record: Incoming }

/** How far one partition is stored: from `stored` (null: nothing yet) on to `next`, the first offset not yet stored. `topic` is the broker's name. */
export type OffsetCommit = {
  readonly topic: string
  readonly partition: number
  readonly stored: bigint | null
  readonly next: bigint
  /** Records between the two that were deleted before anyone read them; none when left out. */
  readonly lost?: bigint
  /** The log that `next` is an offset of; stored beside it. */
  readonly log?: LogIdentity
}

/** What is written in one piece: values, and the positions that they bring their partitions to. */
export type SinkBatch<T> = { readonly values: readonly Received<T>[]; readonly advances: readonly OffsetCommit[] }

/** A partition by the broker's name of its topic. */
export type TopicPartition = { readonly topic: string; readonly partition: number }

export const topicPartitionKey = (topicPartition: TopicPartition): string =>
  `${topicPartition.topic}/${topicPartition.partition}`

/**
 * A place outside Kafka where records go. A batch may be written again, so `write` is idempotent by natural key.
 * The sink knows nothing of retrying: it throws `TS-DATA` for values that can never be stored,
 * a retryable error when it may work later, and anything else when someone has to act.
 */
export type Sink<T> = {
  /** The stage, and with the prefix its consumer group. */
  readonly name: string
  /** Topics it reads, without the prefix. */
  readonly topics: readonly string[]
  /** The value of a record; null when the record is none of this sink's business. Throws `TS-DATA` for what cannot be read. */
  readonly read: (record: Incoming) => T | null
  /** When the market had completed what the value says, for the lag; null while it has not. */
  readonly time: (value: T) => EpochMs | null
  /** Positions stored beside the values, by `topicPartitionKey`. A sink without them keeps its positions in the consumer group. */
  readonly positions?: (partitions: readonly TopicPartition[]) => Promise<ReadonlyMap<string, StoredPosition>>
  /**
   * For a sink that gathers values over many writes: the first offset that it has not stored for good, which is what the group is told;
   * null where it knows of none. Such a sink is written to every second, whether something came or not.
   */
  readonly storedTo?: (topicPartition: TopicPartition) => bigint | null
  /** Stores a batch whole, or not at all. `stale`: another owner has moved a position, and nothing was stored. */
  readonly write: (batch: SinkBatch<T>, signal: AbortSignal) => Promise<'written' | 'stale'>
  readonly close: () => Promise<void>
  /** What can be done when a position is one in another log, for a sink whose group `replay` cannot move. */
  readonly remedy?: string
}

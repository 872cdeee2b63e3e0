import { TickstreamError } from '../../market/error.ts'
import type { LogIdentity } from '../../stream/log-identity.ts'
import { type Sink, type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'
import type { ConsumerSession } from '../client/consumer-session.ts'
import { explainFailure } from '../client/kafka-errors.ts'
import type { OwnedPartitions } from './resume-assignment.ts'
import type { SinkOptions } from './sink-options.ts'

const COMMIT_EVERY_MS = 1_000
/** The group answered that long ago at most, when something is written that it alone guards; well within its session. */
const OWNED_FOR_MS = 2_000

/** Commits the positions of a sink to its group, and confirms that the partitions still belong to this process. */
export type OffsetCommitter<T> = {
  /** Tells the positions after a write. A sink without positions of its own has only these, and waits for the answer; for others they are for tools that show lag. */
  readonly commitWhenDue: (owned: OwnedPartitions) => Promise<void>
  /** Tells the positions now; never rejects. */
  readonly commit: (owned: OwnedPartitions) => Promise<boolean>
  /**
   * The sink as an owner may use it until its assignment is revoked. Positions beside the values stop an owner that has lost its partitions and
   * does not know, because it stood still. Where the group alone has them, it must have answered lately, and what is on its way is
   * given up when it gives the partitions to others: nothing is to land after what the next owner writes.
   */
  readonly fencedSink: (owned: OwnedPartitions) => Sink<T>
}

/** How far a place is stored for good: a sink that gathers is behind what it was given. */
export const storedOffset = <T>(
  sink: Pick<Sink<T>, 'storedTo'>,
  { stored }: OwnedPartitions,
  topicPartition: TopicPartition
): bigint => sink.storedTo?.(topicPartition) ?? stored.get(topicPartitionKey(topicPartition)) ?? 0n

/** The log that a position is one in, with the leader epoch of what was stored last. */
const logAt = ({ read, epochs }: OwnedPartitions, topicPartition: TopicPartition): LogIdentity | undefined => {
  const log = read.get(topicPartitionKey(topicPartition))?.log
  return log && { ...log, leaderEpoch: epochs.get(topicPartitionKey(topicPartition)) ?? null }
}

export const createOffsetCommitter = <T>(
  { sink, clock, log }: Pick<SinkOptions<T>, 'sink' | 'clock' | 'log'>,
  session: Pick<ConsumerSession, 'assignment' | 'commitOffsets'>
): OffsetCommitter<T> => {
  let confirmedAt = Number.NEGATIVE_INFINITY
  let failure = ''
  const isOwn = (owned: OwnedPartitions): boolean => session.assignment() === owned.assignment

  /** True when the group accepted the positions: the partitions were still assigned here. After a lost commit records are read again. */
  const commit = async (owned: OwnedPartitions): Promise<boolean> => {
    if (!isOwn(owned)) return false
    const askedAt = clock.monotonicMs()
    try {
      const { partitions } = owned.assignment
      const read = partitions.filter(topicPartition => owned.stored.has(topicPartitionKey(topicPartition)))
      await session.commitOffsets(
        read.map(topicPartition => ({
          ...topicPartition,
          next: storedOffset(sink, owned, topicPartition),
          log: logAt(owned, topicPartition)
        }))
      )
      if (isOwn(owned)) confirmedAt = askedAt
      return isOwn(owned)
    } catch (err) {
      failure = `: ${explainFailure(err)}`
      log.debug({ err }, 'the group was not told its positions')
      return false
    }
  }
  const commitWhenDue = async (owned: OwnedPartitions): Promise<void> => {
    if (!sink.positions) return void (await commit(owned))
    if (clock.monotonicMs() - confirmedAt < COMMIT_EVERY_MS) return
    confirmedAt = clock.monotonicMs()
    void commit(owned)
  }
  const confirm = async (owned: OwnedPartitions): Promise<void> => {
    if (clock.monotonicMs() - confirmedAt < OWNED_FOR_MS || (await commit(owned))) return
    const message = `the group does not confirm that the partitions are still those of this process${failure}`
    throw new TickstreamError('TS-KAFKA-COORDINATOR', message)
  }
  const fencedSink = (owned: OwnedPartitions): Sink<T> => {
    if (sink.positions) return sink
    const write: Sink<T>['write'] = async (batch, signal) => {
      await confirm(owned)
      return sink.write(batch, AbortSignal.any([signal, owned.assignment.revoked]))
    }
    return { ...sink, write }
  }
  return { commitWhenDue, commit, fencedSink }
}

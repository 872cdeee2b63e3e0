import type { Kafka } from 'kafkajs'
import { isOtherTopic, type LogIdentity, type StoredPosition } from '../../stream/log-identity.ts'
import { type OffsetCommit, type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'
import { groupOffsets } from '../admin/group-offsets.ts'
import { findResumeOffsets, type ResumeOffset } from '../admin/log/find-resume-offsets.ts'
import type { StoppedPartition } from '../admin/log/log-change.ts'
import type { ReadLogs } from '../admin/log/log-check.ts'
import type { TopicLog } from '../admin/log/logs.ts'
import { reportLostRecords } from '../admin/log/report-lost-records.ts'
import type { Assignment } from '../client/consumer-session.ts'
import { withAdmin } from '../client/with-admin.ts'
import type { EndPosition } from './sink-buffer.ts'
import type { SinkOptions } from './sink-options.ts'

/** A partition that is read: its log, and the leader epoch in which its position was found right. */
type Read = { readonly log: LogIdentity; readonly checkedEpoch: number | null }

/** Partitions that this process holds, and how far each is stored, by `topicPartitionKey`. */
export type OwnedPartitions = {
  readonly assignment: Assignment
  readonly stored: Map<string, bigint>
  /** The leader epoch of the last record that is stored. */
  readonly epochs: Map<string, number | null>
  /** Of those that are read. */
  readonly read: ReadonlyMap<string, Read>
  /** How far each that is read has come. */
  readonly readTo: Map<string, bigint>
  /** Those that stand still, for their positions belong to other logs. */
  readonly stopped: readonly StoppedPartition[]
  readonly positions: ReadonlyMap<string, StoredPosition>
}

const groupPositions = (kafka: Kafka, groupId: string): Promise<ReadonlyMap<string, StoredPosition>> =>
  withAdmin(kafka, async admin => new Map((await groupOffsets(admin, groupId)).map(at => [topicPartitionKey(at), at])))

/** A sink that keeps its positions hears of the start of a new partition at once: from then on every advance begins at a number. */
const commitStarts = async <T>(run: SinkOptions<T>, starts: readonly ResumeOffset[]): Promise<'written' | 'stale'> => {
  const moved = starts.filter(start => start.next !== start.stored || start.isAdopted)
  if (!run.sink.positions || moved.length === 0) return 'written'
  return run.sink.write({ values: [], advances: moved }, run.signal)
}

const stoppedOf = (starts: readonly ResumeOffset[]): readonly StoppedPartition[] =>
  starts.flatMap(({ topic, partition, stored, change }) =>
    change === null || stored === null ? [] : [{ topic, partition, stored, change }]
  )

/** Finds out where each partition is to be read on from; null when another owner moved a position meanwhile. */
export const resumeAssignment = async <T>(
  run: SinkOptions<T>,
  assignment: Assignment
): Promise<{ readonly owned: OwnedPartitions; readonly starts: readonly ResumeOffset[] } | null> => {
  const { sink, kafka, prefix } = run
  const { partitions } = assignment
  const positions = await (sink.positions ? sink.positions(partitions) : groupPositions(kafka, prefix + sink.name))
  const found = await findResumeOffsets(run, partitions, positions)
  const starts = found.filter(start => start.change === null)
  if ((await commitStarts(run, starts)) === 'stale') return null
  for (const start of starts) reportLostRecords({ stage: sink.name, log: run.log }, start)
  const byPartition = <V>(select: (start: ResumeOffset) => V): Map<string, V> =>
    new Map(starts.map(start => [topicPartitionKey(start), select(start)]))
  const owned: OwnedPartitions = {
    assignment,
    stored: byPartition(start => start.next),
    epochs: byPartition(start => start.log.leaderEpoch),
    read: byPartition(({ log, leaderEpochNow }) => ({ log, checkedEpoch: leaderEpochNow })),
    readTo: byPartition(start => start.next),
    stopped: stoppedOf(found),
    positions
  }
  return { owned, starts }
}

/** Whether one of the partitions that stand still could go on. */
export const canResume = async <T>(run: SinkOptions<T>, { stopped, positions }: OwnedPartitions): Promise<boolean> =>
  (await findResumeOffsets(run, stopped, positions)).some(start => start.change === null)

/**
 * Whether records go on where those before them ended, in the leader epoch in which the position was checked or before it. Otherwise the log
 * may have been cut under the reader, and the positions have to be looked at again.
 */
export const isContinuous = (
  owned: OwnedPartitions,
  { next, leaderEpoch, ...topicPartition }: EndPosition,
  first: bigint
): boolean => {
  const key = topicPartitionKey(topicPartition)
  const checkedEpoch = owned.read.get(key)?.checkedEpoch ?? null
  if (checkedEpoch !== null && leaderEpoch !== null && leaderEpoch > checkedEpoch) return false
  if (first < (owned.readTo.get(key) ?? first)) return false
  owned.readTo.set(key, next)
  return true
}

/** Whether a log that is read is another one by now, or has another leader, which may lack its end. */
export const mayBeOther = ({ assignment, read }: OwnedPartitions, now: ReadonlyMap<string, TopicLog>): boolean =>
  assignment.partitions.some(topicPartition => {
    const [current, log] = [read.get(topicPartitionKey(topicPartition)), now.get(topicPartition.topic)]
    if (!current || !log) return false
    const leaderEpoch = log.leaderEpochs.get(topicPartition.partition)
    const isLedAnew = current.checkedEpoch !== null && leaderEpoch !== undefined && leaderEpoch > current.checkedEpoch
    return isLedAnew || isOtherTopic(log, current.log)
  })

/** The logs of partitions that are about to be stored. */
export const logsOf = ({ read }: OwnedPartitions, topicPartitions: readonly TopicPartition[]): ReadLogs =>
  new Map(
    topicPartitions.flatMap(topicPartition =>
      read.has(topicPartitionKey(topicPartition))
        ? [[topicPartition.topic, read.get(topicPartitionKey(topicPartition))!.log]]
        : []
    )
  )

/** How far partitions get, and in which logs. */
export const advancesTo = (
  { read, stored }: OwnedPartitions,
  readTo: readonly EndPosition[]
): readonly OffsetCommit[] =>
  readTo.map(({ topic, partition, next, leaderEpoch }) => {
    const key = topicPartitionKey({ topic, partition })
    const log = read.get(key)?.log
    return { topic, partition, next, stored: stored.get(key) ?? null, ...(log ? { log: { ...log, leaderEpoch } } : {}) }
  })

import type { Kafka } from 'kafkajs'
import type { StoredPosition } from '../../../stream/log-identity.ts'
import { type TopicPartition, topicPartitionKey } from '../../../stream/sink.ts'
import type { Epoch } from '../../client/wire/epoch-end.ts'
import { withAdmin } from '../../client/with-admin.ts'
import type { Logs, TopicLog } from './logs.ts'
import { type OffsetRange, offsetRanges, resumeOffset, type StartOffset } from './resume-offsets.ts'

/** Where partitions go on, beside where they end and the leader epochs that they are in now. */
export type ResumeOffset = StartOffset & {
  readonly high: bigint
  readonly leaderEpochNow: number | null
  /** How many the topic has. */
  readonly partitions: number
}

/** Epochs are numbers of one log: those of another would be answered, and mean nothing. */
const epochOf = (
  topicPartition: TopicPartition,
  stored: StoredPosition | undefined,
  now: TopicLog | undefined
): Epoch | null => {
  const leaderEpoch = stored?.log?.leaderEpoch ?? null
  if (leaderEpoch === null || now?.topicId !== stored?.log?.topicId) return null
  return { topic: topicPartition.topic, partition: topicPartition.partition, leaderEpoch }
}

/** Looks up where partitions go on. `stored`: by `topicPartitionKey`. Throws `TS-SETUP` that names topics that are missing. */
export const findResumeOffsets = async (
  { kafka, logs }: { readonly kafka: Kafka; readonly logs: Logs },
  topicPartitions: readonly TopicPartition[],
  stored: ReadonlyMap<string, StoredPosition>
): Promise<readonly ResumeOffset[]> => {
  const topics = [...new Set(topicPartitions.map(topicPartition => topicPartition.topic))]
  const wanted = new Set(topicPartitions.map(topicPartitionKey))
  const all = await withAdmin(kafka, admin => offsetRanges(admin, topics))
  const ranges = all.filter(at => wanted.has(topicPartitionKey(at)))
  const now = await logs.describe(topics)
  const epochs = ranges.map(at => epochOf(at, stored.get(topicPartitionKey(at)), now.get(at.topic)))
  const ends = await logs.epochEnds(epochs.filter(epoch => epoch !== null))
  return ranges.map((at: OffsetRange) => {
    const log = now.get(at.topic) ?? null
    const start = resumeOffset(
      { ...at, log, epochEnd: ends.get(topicPartitionKey(at)) ?? null },
      stored.get(topicPartitionKey(at)) ?? null
    )
    const partitions = all.filter(({ topic }) => topic === at.topic).length
    return { ...start, high: at.high, leaderEpochNow: log?.leaderEpochs.get(at.partition) ?? null, partitions }
  })
}

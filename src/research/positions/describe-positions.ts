import { findResumeOffsets, type ResumeOffset } from '../../kafka/admin/log/find-resume-offsets.ts'
import type { Logs } from '../../kafka/admin/log/logs.ts'
import type { createKafka } from '../../kafka/client/client.ts'
import { withAdmin } from '../../kafka/client/with-admin.ts'
import { readRanges } from '../../kafka/read/read-range.ts'
import type { EpochMs } from '../../market/time.ts'
import { type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'
import type { Kept } from './stored-position.ts'

type Kafka = ReturnType<typeof createKafka>

/** A position beside what the cluster has there now. */
export type Described = Kept & {
  /** Records, marks of transactions among them, that are still to be read; null where the position is none in this log. */
  readonly lag: number | null
  /** Timestamp of the last record before it; null where none is left. */
  readonly time: EpochMs | null
  /** Why it is no position in the log that is there; null: it is one. */
  readonly problem: string | null
}

/** Marks of transactions stand between records. */
const LOOK_BACK = 50n

/** A cluster, and how it is asked. */
export type ClusterAt = { readonly kafka: Kafka; readonly logs: Logs; readonly prefix: string }

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** The timestamps of the last records before positions, by `topicPartitionKey` and offset. */
const timesBefore = async (kafka: Kafka, starts: readonly ResumeOffset[]): Promise<ReadonlyMap<string, EpochMs>> => {
  const times = new Map<string, EpochMs>()
  for (const [topic, ofTopic] of Map.groupBy(starts, start => start.topic)) {
    const ranges = ofTopic
      .map(({ partition, next }) => ({ topic, partition, from: larger(0n, next - LOOK_BACK), to: next }))
      .filter(({ from, to }) => from < to)
    await readRanges(kafka, ranges, records => {
      for (const record of records) times.set(topicPartitionKey({ ...record, topic }), record.timestamp)
    })
  }
  return times
}

const describeStage = async (
  { kafka, logs, prefix }: ClusterAt,
  kept: readonly Kept[],
  known: ReadonlySet<string>
): Promise<readonly Described[]> => {
  const inCluster = (at: TopicPartition): TopicPartition => ({ topic: prefix + at.topic, partition: at.partition })
  const there = kept.filter(({ topic }) => known.has(prefix + topic))
  const stored = new Map(there.map(one => [topicPartitionKey(inCluster(one)), one]))
  const starts = there.length === 0 ? [] : await findResumeOffsets({ kafka, logs }, there.map(inCluster), stored)
  const byKey = new Map(starts.map(start => [topicPartitionKey(start), start]))
  const times = await timesBefore(
    kafka,
    starts.filter(({ change, lost }) => change === null && lost === 0n)
  )
  return kept.map(one => {
    const key = topicPartitionKey(inCluster(one))
    const start = byKey.get(key)
    if (!start) return { ...one, lag: null, time: null, problem: 'the cluster has no such partition' }
    if (start.change) return { ...one, lag: null, time: null, problem: start.change.what }
    return { ...one, lag: Number(start.high - start.next), time: times.get(key) ?? null, problem: start.problem }
  })
}

/** Looks up what stands at positions now. A position in another log has no lag and no time, and says why. */
export const describePositions = async (cluster: ClusterAt, kept: readonly Kept[]): Promise<readonly Described[]> => {
  const known = new Set(await withAdmin(cluster.kafka, admin => admin.listTopics()))
  const described: Described[] = []
  // Two stages may stand at different offsets of one partition.
  for (const ofStage of Map.groupBy(kept, ({ stage }) => stage).values())
    described.push(...(await describeStage(cluster, ofStage, known)))
  return described
}

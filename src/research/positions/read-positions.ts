import { groupOffsets } from '../../kafka/admin/group-offsets.ts'
import { readTopicFiles } from '../../kafka/admin/topic-files.ts'
import type { createKafka } from '../../kafka/client/client.ts'
import { withAdmin } from '../../kafka/client/with-admin.ts'
import { readTopic } from '../../kafka/read/read-range.ts'
import { POSITION_KEY } from '../../kafka/task/commit/state-changelog.ts'
import { TABLES } from '../../lake/manifest/lake-paths.ts'
import { listSpans, readEntryLog } from '../../lake/manifest/manifest.ts'
import type { LakeStore } from '../../lake/store/lake-store.ts'
import { TickstreamError } from '../../market/error.ts'
import { ask } from '../../sink/postgres/in-transaction.ts'
import type { createPool } from '../../sink/postgres/pool.ts'
import { readLogIdentity } from '../../stream/log-identity.ts'
import { topicPartitionKey } from '../../stream/sink.ts'
import type { Incoming } from '../../stream/topic.ts'
import { stateTopic } from '../../topics.ts'
import type { Kept } from './stored-position.ts'

type Kafka = ReturnType<typeof createKafka>
type ListedSpan = Awaited<ReturnType<typeof listSpans>>[number]

/** Where positions are kept. */
export type PositionStores = {
  readonly kafka: Kafka
  readonly prefix: string
  readonly pool: ReturnType<typeof createPool> | null
  readonly lake: LakeStore | null
  readonly signal: AbortSignal
}

/** Stages that keep their positions themselves: those of their groups are for tools that show lag. */
const KEPT_ELSEWHERE = ['sink-postgres', 'sink-lake']

/** Stages whose positions stand in their state, beside what was made of the records before them. */
export const statefulStages = (): readonly string[] =>
  readTopicFiles()
    .filter(({ internal }) => internal === 'changelog')
    .map(({ name }) => name.slice(0, -stateTopic('').length))

const stateEntry = (stage: string, partition: number, value: Buffer): readonly Kept[] => {
  const { nextOffsets = {}, logs = {} } = JSON.parse(String(value)) as Partial<Record<string, Record<string, unknown>>>
  return Object.entries(nextOffsets).map(([topic, next]) => ({
    stage,
    topic,
    partition,
    next: BigInt(String(next)),
    log: readLogIdentity(logs[topic]),
    keptIn: 'its state' as const
  }))
}

const fromState = async ({ kafka, prefix, signal }: PositionStores, stage: string): Promise<readonly Kept[]> => {
  const newest = new Map<number, Buffer>()
  const accept = (records: readonly Incoming[]): void => {
    for (const { key, value, partition } of records)
      if (value && String(key) === POSITION_KEY) newest.set(partition, value)
  }
  await readTopic(kafka, prefix + stateTopic(stage), accept, { signal })
  return [...newest].flatMap(([partition, value]) => stateEntry(stage, partition, value))
}

/** Positions that a cluster keeps for groups of the prefix, but for those that stand elsewhere as well. */
export const groupPositions = (kafka: Kafka, prefix: string, wanted?: string): Promise<readonly Kept[]> =>
  withAdmin(kafka, async admin => {
    const { groups } = await admin.listGroups()
    const elsewhere = new Set([...KEPT_ELSEWHERE, ...statefulStages()])
    const stages = groups
      .map(({ groupId }) => groupId)
      .filter(id => id.startsWith(prefix))
      .map(id => id.slice(prefix.length))
      .filter(stage => (wanted === undefined ? !elsewhere.has(stage) : stage === wanted))
    const kept: Kept[] = []
    for (const stage of stages)
      for (const position of await groupOffsets(admin, prefix + stage))
        if (position.topic.startsWith(prefix))
          kept.push({ ...position, stage, topic: position.topic.slice(prefix.length), keptIn: 'its group' })
    return kept
  })

type OffsetRow = Readonly<Record<'consumer_group' | 'topic' | 'next_offset', string>> & {
  readonly partition: number
  readonly cluster_id: string | null
  readonly topic_id: string | null
  readonly leader_epoch: number | null
}

const ROWS = `select consumer_group, topic, partition, next_offset, cluster_id, topic_id, leader_epoch
from kafka_offsets where starts_with(consumer_group, $1) and starts_with(topic, $1) order by 1, 2, 3`

/** Positions that the database keeps beside its rows. Throws what `explainError` makes of a failure. */
export const databasePositions = async (
  pool: ReturnType<typeof createPool>,
  prefix: string
): Promise<readonly Kept[]> =>
  (await ask<OffsetRow>(pool, ROWS, [prefix])).map(row => ({
    stage: row.consumer_group.slice(prefix.length),
    topic: row.topic.slice(prefix.length),
    partition: row.partition,
    next: BigInt(row.next_offset),
    log: readLogIdentity({ clusterId: row.cluster_id, topicId: row.topic_id, leaderEpoch: row.leader_epoch }),
    keptIn: 'PostgreSQL'
  }))

/** The newest entry of each partition says how far the lake is. */
const lakePositions = async (lake: LakeStore, prefix: string): Promise<readonly Kept[]> => {
  const spans = (await Promise.all(TABLES.map(table => listSpans(lake, table)))).flat()
  const isLater = (a: ListedSpan, b: ListedSpan): boolean =>
    a.topicEpoch > b.topicEpoch || (a.topicEpoch === b.topicEpoch && a.last > b.last)
  const newest = new Map<string, ListedSpan>()
  for (const span of spans.filter(({ topic }) => topic.startsWith(prefix))) {
    const known = newest.get(topicPartitionKey(span))
    if (!known || isLater(span, known)) newest.set(topicPartitionKey(span), span)
  }
  const read = async (span: ListedSpan): Promise<Kept> => ({
    stage: 'sink-lake',
    topic: span.topic.slice(prefix.length),
    partition: span.partition,
    next: BigInt(span.last) + 1n,
    log: await readEntryLog(lake, span),
    keptIn: 'the lake'
  })
  return Promise.all([...newest.values()].map(read))
}

const byName = (a: Kept, b: Kept): number =>
  a.stage.localeCompare(b.stage) || a.topic.localeCompare(b.topic) || a.partition - b.partition

/** Every position of an installation that a stage would go on from. A topic of state that is missing has none. */
export const readPositions = async (stores: PositionStores): Promise<readonly Kept[]> => {
  const { kafka, prefix, pool, lake } = stores
  const ofStates = await Promise.all(
    statefulStages().map(stage =>
      fromState(stores, stage).catch((error: unknown) => {
        if (error instanceof TickstreamError && error.code === 'TS-KAFKA-TOPIC') return []
        throw error
      })
    )
  )
  const kept = [
    ...ofStates.flat(),
    ...(await groupPositions(kafka, prefix)),
    ...(pool ? await databasePositions(pool, prefix) : []),
    ...(lake ? await lakePositions(lake, prefix) : [])
  ]
  return kept.toSorted(byName)
}

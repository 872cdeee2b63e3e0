import type { Pool, PoolClient } from 'pg'
import { readLogIdentity, type StoredPosition } from '../../stream/log-identity.ts'
import { type OffsetCommit, type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'
import { ask, inTransaction } from './in-transaction.ts'

type OffsetRow = {
  readonly topic: string
  readonly partition: number
  readonly next_offset: string
  readonly cluster_id: string | null
  readonly topic_id: string | null
  readonly leader_epoch: number | null
}

const READ =
  'select topic, partition, next_offset, cluster_id, topic_id, leader_epoch from kafka_offsets where consumer_group = $1'

const toPosition = (row: OffsetRow): StoredPosition => ({
  next: BigInt(row.next_offset),
  log: readLogIdentity({ clusterId: row.cluster_id, topicId: row.topic_id, leaderEpoch: row.leader_epoch })
})

/** Stored positions of a group, by `topicPartitionKey`. Throws what `explainError` makes of a failure. */
export const readPositions = async (
  from: Pool,
  group: string,
  partitions: readonly TopicPartition[]
): Promise<ReadonlyMap<string, StoredPosition>> => {
  const wanted = new Set(partitions.map(topicPartitionKey))
  const rows = await ask<OffsetRow>(from, READ, [group])
  return new Map(
    rows
      .filter(row => wanted.has(topicPartitionKey(row)))
      .map(row => [topicPartitionKey(row), toPosition(row)] as const)
  )
}

const FIRST = `insert into kafka_offsets (consumer_group, topic, partition, next_offset, cluster_id, topic_id, leader_epoch)
select $1, * from unnest($2::text[], $3::integer[], $4::bigint[], $5::text[], $6::text[], $7::integer[])
on conflict (consumer_group, topic, partition) do nothing`

const NEXT = `update kafka_offsets k
set next_offset = a.next, cluster_id = a.cluster_id, topic_id = a.topic_id, leader_epoch = a.leader_epoch
from unnest($2::text[], $3::integer[], $4::bigint[], $5::text[], $6::text[], $7::integer[], $8::bigint[])
  as a(topic, partition, next, cluster_id, topic_id, leader_epoch, stored)
where k.consumer_group = $1 and k.topic = a.topic and k.partition = a.partition and k.next_offset = a.stored`

const arrays = (commits: readonly OffsetCommit[]): unknown[][] => [
  commits.map(advance => advance.topic),
  commits.map(advance => advance.partition),
  commits.map(advance => String(advance.next)),
  commits.map(advance => advance.log?.clusterId ?? null),
  commits.map(advance => advance.log?.topicId ?? null),
  commits.map(advance => advance.log?.leaderEpoch ?? null)
]

/**
 * Moves the positions of a group, each from where its owner believes it to be. False when one of them stands elsewhere:
 * someone else has written since, and the transaction must be rolled back.
 */
export const advancePositions = async (
  client: PoolClient,
  group: string,
  advances: readonly OffsetCommit[]
): Promise<boolean> => {
  const first = advances.filter(advance => advance.stored === null)
  const moving = advances.filter(advance => advance.stored !== null)
  let moved = 0
  if (first.length > 0) moved += (await client.query(FIRST, [group, ...arrays(first)])).rowCount ?? 0
  if (moving.length > 0) {
    const stored = moving.map(advance => String(advance.stored))
    moved += (await client.query(NEXT, [group, ...arrays(moving), stored])).rowCount ?? 0
  }
  return moved === advances.length
}

const SET = `insert into kafka_offsets (consumer_group, topic, partition, next_offset, cluster_id, topic_id, leader_epoch)
select $1, * from unnest($2::text[], $3::integer[], $4::bigint[], $5::text[], $6::text[], $7::integer[])
on conflict (consumer_group, topic, partition) do update set next_offset = excluded.next_offset,
  cluster_id = excluded.cluster_id, topic_id = excluded.topic_id, leader_epoch = excluded.leader_epoch`

/**
 * Puts the positions of a stopped group where an operator wants them, in whatever log is there then. Throws what `explainError` makes of a failure.
 */
export const setPositions = async (
  pool: Pool,
  group: string,
  positions: readonly (TopicPartition & { readonly next: bigint })[]
): Promise<void> => {
  const advances = positions.map(position => ({ ...position, stored: null }))
  await inTransaction(pool, client => client.query(SET, [group, ...arrays(advances)]))
}

import type { Pool, PoolClient } from 'pg'
import { type Advance, type Place, placeKey } from '../../stream/sink.ts'
import { ask, inTransaction } from './in-transaction.ts'

type OffsetRow = { readonly topic: string; readonly partition: number; readonly next_offset: string }

const READ = 'select topic, partition, next_offset from kafka_offsets where consumer_group = $1'

/** Stored positions of a group, by `placeKey`. Throws what `explainError` makes of a failure. */
export const readPositions = async (
  from: Pool,
  group: string,
  of: readonly Place[]
): Promise<ReadonlyMap<string, bigint>> => {
  const wanted = new Set(of.map(placeKey))
  const rows = await ask<OffsetRow>(from, READ, [group])
  return new Map(
    rows.filter(row => wanted.has(placeKey(row))).map(row => [placeKey(row), BigInt(row.next_offset)] as const)
  )
}

const FIRST = `insert into kafka_offsets (consumer_group, topic, partition, next_offset)
select $1, * from unnest($2::text[], $3::integer[], $4::bigint[])
on conflict (consumer_group, topic, partition) do nothing`

const NEXT = `update kafka_offsets k set next_offset = a.next
from unnest($2::text[], $3::integer[], $4::bigint[], $5::bigint[]) as a(topic, partition, next, stored)
where k.consumer_group = $1 and k.topic = a.topic and k.partition = a.partition and k.next_offset = a.stored`

const arrays = (of: readonly Advance[]): unknown[][] => [
  of.map(advance => advance.topic),
  of.map(advance => advance.partition),
  of.map(advance => String(advance.next))
]

/**
 * Moves the positions of a group, each from where its owner believes it to be. False when one of them stands elsewhere:
 * someone else has written since, and the transaction must be rolled back.
 */
export const advancePositions = async (
  client: PoolClient,
  group: string,
  advances: readonly Advance[]
): Promise<boolean> => {
  const fresh = advances.filter(advance => advance.stored === null)
  const known = advances.filter(advance => advance.stored !== null)
  let moved = 0
  if (fresh.length > 0) moved += (await client.query(FIRST, [group, ...arrays(fresh)])).rowCount ?? 0
  if (known.length > 0) {
    const stored = known.map(advance => String(advance.stored))
    moved += (await client.query(NEXT, [group, ...arrays(known), stored])).rowCount ?? 0
  }
  return moved === advances.length
}

const SET = `insert into kafka_offsets (consumer_group, topic, partition, next_offset)
select $1, * from unnest($2::text[], $3::integer[], $4::bigint[])
on conflict (consumer_group, topic, partition) do update set next_offset = excluded.next_offset`

/** Puts the positions of a stopped group where an operator wants them. Throws what `explainError` makes of a failure. */
export const setPositions = async (
  pool: Pool,
  group: string,
  positions: readonly (Place & { readonly next: bigint })[]
): Promise<void> => {
  const advances = positions.map(position => ({ ...position, stored: null }))
  await inTransaction(pool, client => client.query(SET, [group, ...arrays(advances)]))
}

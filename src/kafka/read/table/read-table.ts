import type { Kafka } from 'kafkajs'
import type { Incoming } from '../../../stream/topic.ts'
import { misplaced, partitionOf } from '../../client/partitioner.ts'
import { readEntry, type Table } from './read-entry.ts'
import { type OnUnusable, readUsable, refuseToGoOn } from './read-usable.ts'

/** What a key holds (null: it was taken away), and the record that says so, in another partition than its own. */
type Elsewhere<T> = { readonly value: T | null; readonly record: Incoming }

/**
 * The newest value of every key of a compacted topic, as it stands now. A record that cannot be used is passed over: what its key held
 * before stands. One in another partition than its key's counts only where its key's own has none: of two nobody could say which is
 * newer, and in a topic that got more partitions the older ones stand where they stood. Throws `TS-SETUP` when the topic is missing.
 */
export const readTable = async <T>(
  kafka: Kafka,
  prefix: string,
  table: Table<T>,
  signal?: AbortSignal,
  onUnusable: OnUnusable = refuseToGoOn
): Promise<readonly T[]> => {
  const byKey = new Map<string, T | null>()
  const elsewhere = new Map<string, Elsewhere<T>>()
  const add = (record: Incoming, partitionCount: number): void => {
    const { key, value } = readEntry(table, record)
    if (partitionOf(key, partitionCount) === record.partition) byKey.set(key, value)
    else elsewhere.set(key, { value, record: { ...record, topic: table.name } })
  }
  await readUsable(kafka, prefix, table.name, add, onUnusable, signal)
  for (const [key, { value, record }] of elsewhere)
    if (byKey.has(key)) onUnusable({ record, error: misplaced(key, record.partition) })
    else byKey.set(key, value)
  return [...byKey.values()].filter(value => value !== null)
}

import type { Kafka } from 'kafkajs'
import type { Incoming } from '../stream/topic.ts'
import { partitionOf } from './default-partition.ts'
import { misplaced } from './misplaced.ts'
import { readEntry, type Table } from './read-entry.ts'
import { type OnUnusable, readUsable, refuseToGoOn } from './read-usable.ts'

/**
 * The newest value of every key of a compacted topic, as it stands now. A record that cannot be used, or stands in another partition than
 * its key's, where its order would be anybody's guess, is passed over: what its key held before stands. Throws an `environment` error when the topic is missing.
 */
export const readTable = async <T>(
  kafka: Kafka,
  prefix: string,
  table: Table<T>,
  signal?: AbortSignal,
  onUnusable: OnUnusable = refuseToGoOn
): Promise<readonly T[]> => {
  const newest = new Map<string, T>()
  const keep = (record: Incoming, partitionCount: number): void => {
    const { key, value } = readEntry(table, record)
    if (partitionOf(key, partitionCount) !== record.partition) throw misplaced(key, record.partition)
    if (value === null) newest.delete(key)
    else newest.set(key, value)
  }
  await readUsable(kafka, prefix, table.name, keep, onUnusable, signal)
  return [...newest.values()]
}

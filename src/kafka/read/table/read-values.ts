import type { Kafka } from 'kafkajs'
import type { Incoming } from '../../../stream/topic.ts'
import { readEntry, type Table } from './read-entry.ts'
import { type OnUnusable, readUsable, refuseToGoOn } from './read-usable.ts'

/**
 * Every value that a topic holds now, in order within each partition, older ones of a key too. What cannot be used is passed over.
 * Throws `TS-SETUP` when the topic is missing.
 */
export const readValues = async <T>(
  kafka: Kafka,
  prefix: string,
  table: Table<T>,
  signal?: AbortSignal,
  onUnusable: OnUnusable = refuseToGoOn
): Promise<readonly T[]> => {
  const values: T[] = []
  const add = (record: Incoming): void => {
    const { value } = readEntry(table, record)
    if (value !== null) values.push(value)
  }
  await readUsable(kafka, prefix, table.name, add, onUnusable, signal)
  return values
}

import type { Kafka } from 'kafkajs'
import type { Incoming } from '../../../stream/topic.ts'
import { alertRules, backfillState, gaps, ingestKlinesState, ingestState, listings } from '../../../topics.ts'
import { readTopic } from '../read-range.ts'
import type { Table } from './read-entry.ts'
import { readTable } from './read-table.ts'
import { locationOf, type OnUnusable } from './read-usable.ts'

/** A record that cannot be used: where it stands, and why. */
export type Unusable = { readonly location: string; readonly detail: string }

type Find = (kafka: Kafka, prefix: string, signal: AbortSignal, onUnusable: OnUnusable) => Promise<unknown>

const reading =
  <T>(table: Table<T>): Find =>
  (kafka, prefix, signal, onUnusable) =>
    readTable(kafka, prefix, table, signal, onUnusable)

const TABLES: readonly Find[] = [
  reading(gaps),
  reading(ingestState),
  reading(ingestKlinesState),
  reading(backfillState),
  reading(listings),
  reading(alertRules)
]

/** Tables read whole: every record of theirs that cannot be used. */
export const findUnusable = async (kafka: Kafka, prefix: string, signal: AbortSignal): Promise<readonly Unusable[]> => {
  const found: Unusable[] = []
  const collect: OnUnusable = ({ record, error }) => {
    found.push({ location: locationOf(record), detail: error.message })
  }
  await Promise.all(TABLES.map(find => find(kafka, prefix, signal, collect)))
  return found
}

/** Batches of topics (without the prefix) that cannot be read. */
export const findUnreadable = async (
  kafka: Kafka,
  prefix: string,
  topics: readonly string[],
  signal: AbortSignal
): Promise<readonly Unusable[]> => {
  const found: Unusable[] = []
  const look = (topic: string, record: Incoming): void => {
    if (record.unreadable !== undefined)
      found.push({ location: locationOf({ ...record, topic }), detail: record.unreadable })
  }
  const readAll = (topic: string): Promise<void> => {
    const addUnreadable = (records: readonly Incoming[]): void => {
      for (const record of records) look(topic, record)
    }
    return readTopic(kafka, prefix + topic, addUnreadable, { signal })
  }
  await Promise.all(topics.map(readAll))
  return found
}

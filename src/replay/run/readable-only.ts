import type { Incoming } from '../../stream/topic.ts'
import type { RecordSource } from '../ports.ts'

/** The records of a source without those that stand for a batch that cannot be read: copied, their bytes would pass for a value. */
export const readableOnly = (source: RecordSource, onUnreadable: (record: Incoming) => void): RecordSource => {
  const readable = (records: readonly Incoming[] | null): readonly Incoming[] | null => {
    for (const record of records ?? []) if (record.unreadable !== undefined) onUnreadable(record)
    return records === null ? null : records.filter(({ unreadable }) => unreadable === undefined)
  }
  return {
    next: async () => readable(await source.next()),
    nextOf: async partition => readable(await source.nextOf(partition))
  }
}

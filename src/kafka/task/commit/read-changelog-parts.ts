import type { Kafka } from 'kafkajs'
import { TickstreamError } from '../../../market/error.ts'
import { readTopic } from '../../read/read-range.ts'
import { locationOf } from '../../read/table/read-usable.ts'
import { partKey } from './state-changelog.ts'

/**
 * The parts of a key's state that are wanted, by name, as they were committed last. Throws `TS-SETUP` when the topic is
 * missing.
 */
export const readChangelogParts = async (
  kafka: Kafka,
  topic: string,
  key: string,
  isWanted: (name: string) => boolean,
  signal: AbortSignal
): Promise<ReadonlyMap<string, string>> => {
  const prefix = partKey(key, '')
  const newest = new Map<string, string>()
  const apply = (recordKey: string, value: Buffer | null): void => {
    const name = recordKey.startsWith(prefix) ? recordKey.slice(prefix.length) : null
    if (name === null || !isWanted(name)) return
    if (value === null) newest.delete(name)
    else newest.set(name, String(value))
  }
  await readTopic(
    kafka,
    topic,
    records => {
      for (const record of records) {
        if (record.unreadable !== undefined)
          throw new TickstreamError('TS-KAFKA-STATE', `${locationOf(record)}: ${record.unreadable}`)
        apply(String(record.key), record.value)
      }
    },
    { signal }
  )
  return newest
}

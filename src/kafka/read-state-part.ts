import type { Kafka } from 'kafkajs'
import { TickstreamError } from '../market/error.ts'
import { readTopic } from './read-range.ts'
import { placeOf } from './read-usable.ts'
import { partKey } from './state-store.ts'

/** One part of a key's state, as it was committed last; null when there is none. Throws an `environment` error when the topic is missing. */
export const readStatePart = async (
  kafka: Kafka,
  topic: string,
  key: string,
  part: string,
  signal: AbortSignal
): Promise<string | null> => {
  const wanted = partKey(key, part)
  let newest: string | null = null
  await readTopic(
    kafka,
    topic,
    records => {
      for (const record of records) {
        if (record.unreadable !== undefined)
          throw new TickstreamError('environment', `${placeOf(record)}: ${record.unreadable}`)
        if (String(record.key) === wanted) newest = record.value === null ? null : String(record.value)
      }
    },
    { signal }
  )
  return newest
}

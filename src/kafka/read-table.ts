import type { Kafka } from 'kafkajs'
import type { Incoming, Topic } from '../stream/topic.ts'
import { readTopic } from './read-range.ts'

/** The newest value of every key of a compacted topic, as it stands now. Throws an `environment` error when the topic is missing. */
export const readTable = async <T>(
  kafka: Kafka,
  prefix: string,
  topic: Pick<Topic<T>, 'name' | 'codec'>,
  signal?: AbortSignal
): Promise<readonly T[]> => {
  const newest = new Map<string, Buffer>()
  const keep = (records: readonly Incoming[]): void => {
    for (const { key, value } of records) {
      if (key === null) continue
      if (value === null) newest.delete(key.toString())
      else newest.set(key.toString(), value)
    }
  }
  await readTopic(kafka, prefix + topic.name, keep, signal && { signal })
  return [...newest.values()].map(topic.codec.decode)
}

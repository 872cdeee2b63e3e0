import type { Kafka } from 'kafkajs'
import type { Incoming, Topic } from '../stream/topic.ts'
import { readTopic } from './read-range.ts'

/** Every value that a topic holds now, in order within each partition, older ones of a key too. Throws an `environment` error when the topic is missing. */
export const readValues = async <T>(
  kafka: Kafka,
  prefix: string,
  { name, codec }: Pick<Topic<T>, 'name' | 'codec'>,
  signal?: AbortSignal
): Promise<readonly T[]> => {
  const values: T[] = []
  const keep = (records: readonly Incoming[]): void => {
    for (const { value } of records) if (value !== null) values.push(codec.decode(value))
  }
  await readTopic(kafka, prefix + name, keep, signal && { signal })
  return values
}

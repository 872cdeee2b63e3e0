import type { Kafka } from 'kafkajs'
import type { Topic } from '../stream/topic.ts'
import { offsetsOf, readRanges } from './read-range.ts'

/** Every value that a topic holds now, in order within each partition, older ones of a key too. Throws an `environment` error when the topic is missing. */
export const readValues = async <T>(
  kafka: Kafka,
  prefix: string,
  { name, codec }: Pick<Topic<T>, 'name' | 'codec'>,
  signal?: AbortSignal
): Promise<readonly T[]> => {
  const topic = prefix + name
  const ranges = (await offsetsOf(kafka, topic)).map(at => ({ ...at, topic, from: at.low, to: at.high }))
  const values: T[] = []
  const keep = (value: Buffer | null): void => {
    if (value !== null) values.push(codec.decode(value))
  }
  await readRanges(kafka, ranges, records => records.forEach(record => void keep(record.value)), signal)
  return values
}

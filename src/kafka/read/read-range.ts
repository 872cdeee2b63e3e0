import type { Kafka } from 'kafkajs'
import type { EpochMs } from '../../market/time.ts'
import type { Incoming } from '../../stream/topic.ts'
import { pullRanges, type Range } from './range-reader.ts'
import { readTopicSpans } from './topic-spans.ts'

/** Reads the committed records of ranges of one topic, in order within each partition, and resolves when all ends are reached. */
export const readRanges = async (
  kafka: Kafka,
  ranges: readonly Range[],
  onRecords: (records: readonly Incoming[]) => void | Promise<void>,
  signal: AbortSignal = NEVER
): Promise<void> => {
  const topic = ranges[0]?.topic
  if (topic === undefined) return
  const source = await pullRanges(kafka, topic, ranges, signal)
  try {
    for (let records = await source.next(); records; records = await source.next()) await onRecords(records)
  } finally {
    await source.close()
  }
}

const NEVER = new AbortController().signal

/** What of a topic is wanted; all of it where nothing is said. */
type Wanted = {
  readonly partitions?: readonly number[]
  /** From an offset on before which no record is from then on. */
  readonly since?: EpochMs | null
  readonly signal?: AbortSignal
}

/** Reads the committed records that a topic (the broker's name) holds now, in order within each partition. Throws `TS-SETUP` when it is missing. */
export const readTopic = async (
  kafka: Kafka,
  topic: string,
  onRecords: (records: readonly Incoming[], partitionCount: number) => void | Promise<void>,
  { partitions, since = null, signal }: Wanted = {}
): Promise<void> => {
  const { spans, offsetsAt } = await readTopicSpans(kafka, topic)
  const begins = since === null ? null : await offsetsAt(since)
  const ranges = spans
    .filter(({ partition }) => partitions?.includes(partition) ?? true)
    .map(({ partition, low, high }) => ({ topic, partition, from: begins?.get(partition) ?? low, to: high }))
  await readRanges(kafka, ranges, records => onRecords(records, spans.length), signal)
}

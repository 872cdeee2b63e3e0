import type { Kafka } from 'kafkajs'
import type { Incoming } from '../stream/topic.ts'
import { pullRanges, type Range } from './pull-ranges.ts'
import { heldOffsets } from './start-offsets.ts'
import { withAdmin } from './with-admin.ts'

/** First offset kept and the next one to be written, of every partition. Throws an `environment` error when the topic is missing. */
export const offsetsOf = (
  kafka: Kafka,
  topic: string
): Promise<readonly { readonly partition: number; readonly low: bigint; readonly high: bigint }[]> =>
  withAdmin(kafka, admin => heldOffsets(admin, [topic]))

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

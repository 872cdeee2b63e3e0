import type { Kafka } from 'kafkajs'
import type { Logger } from '../../../runtime/observe/log.ts'
import { metrics } from '../../../runtime/observe/metrics.ts'
import type { TopicPartition } from '../../../stream/sink.ts'
import { offsetsOf, resumeOffset, type StartOffset } from './resume-offsets.ts'

/** Who tells of records that were deleted before they were read. */
type Reporter = { readonly stage: string; readonly log: Logger }

/** Says why a partition does not go on where it was left, if so, and that a position of before is taken for one in this log. */
export const reportLostRecords = (
  { stage, log }: Reporter,
  { topic, partition, lost, problem, isAdopted, log: identity, next }: StartOffset
): void => {
  if (isAdopted)
    log.info(
      { topic, partition, next: String(next), ...identity },
      'the position is from now on one in this log; it bore none so far'
    )
  if (problem !== null) log.error({ topic, partition, lost: Number(lost) }, problem)
  if (lost > 0n) metrics.recordsLost.inc({ stage, topic }, Number(lost))
}

/**
 * Looks why a partition (the broker's name) goes on at `first` instead of `position`: when the log is cut under a reader, the client goes
 * on at what is left, without a word. What compaction took is not lost.
 */
export const detectLostRecords = async (
  reporter: Reporter & { readonly kafka: Kafka },
  { topic, partition }: TopicPartition,
  position: bigint,
  first: bigint
): Promise<void> => {
  const range = (await offsetsOf(reporter.kafka, topic)).find(at => at.partition === partition)
  if (range && range.low > position)
    reportLostRecords(
      reporter,
      resumeOffset({ ...range, topic, low: first, log: null, epochEnd: null }, { next: position, log: null })
    )
}

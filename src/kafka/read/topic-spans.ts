import type { Kafka } from 'kafkajs'
import type { EpochMs } from '../../market/time.ts'
import { offsetRanges } from '../admin/log/resume-offsets.ts'
import { withAdmin } from '../client/with-admin.ts'

/** What a topic holds, and where its times are. */
type TopicRecording = {
  readonly spans: readonly { readonly partition: number; readonly low: bigint; readonly high: bigint }[]
  /**
   * An offset, by partition, before which no record is from then on; the end where there is none. What stands there may be older:
   * the broker also counts marks of transactions, which bear the time of their commit.
   */
  readonly offsetsAt: (time: EpochMs) => Promise<ReadonlyMap<number, bigint>>
}

/** Looks a topic (the broker's name) up. Throws `TS-SETUP` when it is missing. */
export const readTopicSpans = async (kafka: Kafka, topic: string): Promise<TopicRecording> => {
  const ranges = await withAdmin(kafka, admin => offsetRanges(admin, [topic]))
  const offsetsAt = async (time: EpochMs): Promise<ReadonlyMap<number, bigint>> => {
    const offsets = await withAdmin(kafka, admin => admin.fetchTopicOffsetsByTimestamp(topic, time))
    return new Map(offsets.map(at => [at.partition, BigInt(at.offset)]))
  }
  return { spans: [...ranges].sort((a, b) => a.partition - b.partition), offsetsAt }
}

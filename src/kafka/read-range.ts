import { randomUUID } from 'node:crypto'
import type { Batch, Kafka } from 'kafkajs'
import { epochMs } from '../market/time.ts'
import type { Incoming } from '../stream/topic.ts'
import { heldOffsets } from './start-offsets.ts'
import { withAdmin } from './with-admin.ts'

/** Offsets `[from, to)` of one partition of `topic` (the broker's name, with its prefix). */
export type Range = { readonly topic: string; readonly partition: number; readonly from: bigint; readonly to: bigint }

/** First offset kept and the next one to be written, of every partition. Throws an `environment` error when the topic is missing. */
export const offsetsOf = (
  kafka: Kafka,
  topic: string
): Promise<readonly { readonly partition: number; readonly low: bigint; readonly high: bigint }[]> =>
  withAdmin(kafka, admin => heldOffsets(admin, [topic]))

/**
 * Reads the committed records of ranges of one topic, in order within each partition, and resolves when all ends are reached.
 * The client cannot be assigned partitions by hand, so a group of its own subscribes, and pauses what is not wanted.
 * A range may end in control records or compacted holes, which no handler sees: the position tells the end, not the last record.
 */
export const readRanges = async (
  kafka: Kafka,
  ranges: readonly Range[],
  onRecords: (records: readonly Incoming[]) => void | Promise<void>,
  signal?: AbortSignal
): Promise<void> => {
  const open = new Map(ranges.filter(range => range.to > range.from).map(range => [range.partition, range]))
  const [first] = open.values()
  if (!first) return
  const consumer = kafka.consumer({
    groupId: `${first.topic}-read-${randomUUID()}`,
    readUncommitted: false,
    maxWaitTimeInMs: 100,
    maxBytesPerPartition: 4 << 20
  })
  try {
    await new Promise<void>((resolve, reject) => {
      const settle = (partition: number): void => {
        open.delete(partition)
        consumer.pause([{ topic: first.topic, partitions: [partition] }])
        if (open.size === 0) resolve()
      }
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      consumer.on(consumer.events.CRASH, event => !event.payload.restart && reject(event.payload.error))
      consumer.on(consumer.events.GROUP_JOIN, event => {
        const unwanted = (event.payload.memberAssignment[first.topic] ?? []).filter(partition => !open.has(partition))
        if (unwanted.length > 0) consumer.pause([{ topic: first.topic, partitions: unwanted }])
        for (const range of open.values())
          consumer.seek({ topic: first.topic, partition: range.partition, offset: String(range.from) })
      })
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
        const range = open.get(payload.partition)
        if (range && BigInt(payload.lastOffset) + 1n >= range.to) settle(payload.partition)
      })
      const start = async (): Promise<void> => {
        await consumer.connect()
        await consumer.subscribe({ topic: first.topic, fromBeginning: true })
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: true,
          eachBatch: async ({ batch }) => onRecords(within(batch, open.get(batch.partition)))
        })
      }
      start().catch(reject)
    })
  } finally {
    await consumer.disconnect().catch(() => undefined)
  }
}

const within = (batch: Batch, range: Range | undefined): readonly Incoming[] =>
  range
    ? batch.messages
        .filter(message => BigInt(message.offset) >= range.from && BigInt(message.offset) < range.to)
        .map(message => toIncoming(batch, message))
    : []

const toIncoming = (batch: Batch, message: Batch['messages'][number]): Incoming => ({
  topic: batch.topic,
  partition: batch.partition,
  offset: message.offset,
  timestamp: epochMs(Number(message.timestamp)),
  key: message.key,
  value: message.value,
  headers: message.headers ?? {}
})

import type { Kafka, Message, Producer, Transaction } from 'kafkajs'
import { kafkaTimestamp, type Outgoing } from '../../../stream/topic.ts'
import { cachedPartitioner } from '../../client/partitioner.ts'

/** Long enough for a commit, short enough that a dead process does not keep readers waiting. */
const TRANSACTION_TIMEOUT_MS = 15_000

/** The broker answers CONCURRENT_TRANSACTIONS until the markers of the last commit are written: ask again at once, not after 300 ms. */
const IMPATIENT = { initialRetryTime: 2, factor: 0.2, multiplier: 1.5, retries: 20 }

/** A producer that alone may commit for this transactional id: older owners are fenced, and what they left open is aborted. */
export const fenceProducer = async (kafka: Kafka, transactionalId: string): Promise<Producer> => {
  const producer = kafka.producer({
    transactionalId,
    idempotent: true,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
    transactionTimeout: TRANSACTION_TIMEOUT_MS,
    createPartitioner: cachedPartitioner,
    retry: IMPATIENT
  })
  try {
    await producer.connect()
    const opening = await producer.transaction()
    await opening.abort()
    return producer
  } catch (error) {
    await producer.disconnect().catch(() => undefined)
    throw error
  }
}

/** A broker takes 1 MiB a batch by default. */
const MAX_BATCH_BYTES = 900_000
const RECORD_OVERHEAD_BYTES = 100

type Batch = { readonly messages: Message[]; bytes: number }

const toMessage = (record: Outgoing): Message => ({
  key: record.key,
  value: record.value,
  timestamp: kafkaTimestamp(record),
  ...(record.partition === undefined ? {} : { partition: record.partition })
})

/** Records by topic, in order, in as many requests as it takes to keep every batch within what a broker takes. */
const toRequests = (records: readonly Outgoing[]): readonly ReadonlyMap<string, Batch>[] => {
  let request = new Map<string, Batch>()
  const requests = [request]
  for (const record of records) {
    const bytes = Buffer.byteLength(record.value ?? '') + Buffer.byteLength(record.key) + RECORD_OVERHEAD_BYTES
    const batch = request.get(record.topic)
    if (batch && batch.bytes + bytes <= MAX_BATCH_BYTES) {
      batch.messages.push(toMessage(record))
      batch.bytes += bytes
      continue
    }
    if (batch) {
      request = new Map()
      requests.push(request)
    }
    request.set(record.topic, { messages: [toMessage(record)], bytes })
  }
  return requests
}

const sendAll = async (transaction: Transaction, prefix: string, records: readonly Outgoing[]): Promise<void> => {
  for (const request of toRequests(records)) {
    const topicMessages = [...request].map(([topic, { messages }]) => ({ topic: prefix + topic, messages }))
    await transaction.sendBatch({ topicMessages, acks: -1 })
  }
}

/** Sends records to their topics (prefix put before the names) in one transaction: all of them, or none, as when `confirm` rejects. */
export const commitRecords = async (
  producer: Producer,
  prefix: string,
  records: readonly Outgoing[],
  confirm: () => Promise<void> = async () => undefined
): Promise<void> => {
  const transaction = await producer.transaction()
  try {
    const [sent, confirmed] = await Promise.allSettled([sendAll(transaction, prefix, records), confirm()])
    for (const result of [sent, confirmed]) if (result.status === 'rejected') throw result.reason
    await transaction.commit()
  } catch (error) {
    if (transaction.isActive()) await transaction.abort().catch(() => undefined)
    throw error
  }
}

import type { PartitionMetadata, ProducerBatch, ProducerConfig, ProducerRecord, TopicMessages } from 'kafkajs'
import kafkajs from 'kafkajs'
import { brokerError, noAnswer } from './broker-error.ts'
import type { Txn } from './log-contents.ts'
import type { NewRecord, PartitionLog } from './partition-log.ts'
import type { Reach } from './reach.ts'
import type { Owner } from './transactions.ts'

/** Records for one partition, in order. */
type Part = { readonly topic: string; readonly log: PartitionLog; readonly records: NewRecord[] }

const textOf = (value: Buffer | string | null | undefined): string | null =>
  value === null || value === undefined ? null : Buffer.isBuffer(value) ? value.toString('utf8') : value

type Partitioner = ReturnType<NonNullable<ProducerConfig['createPartitioner']>>

const known = new WeakMap<readonly PartitionLog[], PartitionMetadata[]>()

/** What a partitioner is told of a topic's partitions. */
const metadataOf = (logs: readonly PartitionLog[]): PartitionMetadata[] => {
  const metadata = known.get(logs) ?? logs.map((_, partitionId) => ({ partitionId }) as PartitionMetadata)
  known.set(logs, metadata)
  return metadata
}

const partsOf = (
  { broker, life }: Reach,
  partitioner: Partitioner,
  topicMessages: readonly TopicMessages[]
): readonly Part[] => {
  const parts = new Map<PartitionLog, Part>()
  for (const { topic, messages } of topicMessages) {
    const logs = broker.topics.get(topic)
    if (!logs) throw brokerError('UNKNOWN_TOPIC_OR_PARTITION')
    const partitionMetadata = metadataOf(logs)
    for (const message of messages) {
      const log = logs[message.partition ?? partitioner({ topic, partitionMetadata, message })]!
      const part = parts.get(log) ?? { topic, log, records: [] }
      parts.set(log, part)
      const time = Number(message.timestamp ?? life.clock.now())
      part.records.push({ key: textOf(message.key), value: message.value, time })
    }
  }
  return [...parts.values()]
}

/** Takes one partition's records; the code of the refusal where it does not. */
const append = ({ injector, broker }: Reach, { topic, log, records }: Part, txn: Txn | null): string | null => {
  // Every record is looked at, so that a seed draws as often whatever is refused.
  const isUnwelcome = records.filter(record => broker.refusals.refuses(topic, record, injector)).length > 0
  if (isUnwelcome) return 'INVALID_RECORD'
  const taken = broker.clock.stamp(topic, records)
  if (!taken) return 'INVALID_TIMESTAMP'
  log.append(taken, txn)
  return null
}

/** Takes a request as a broker may: whole, not at all, in part, or without the answer getting back. */
const produce = (reach: Reach, parts: readonly Part[], txn: Txn | null, answer: (of: undefined) => void): void => {
  const { injector, life, broker } = reach
  if (injector.strikes('request refused')) throw noAnswer()
  const isHalf = parts.length > 1 && injector.strikes('batch half taken')
  const spared = isHalf ? life.random.int(0, parts.length - 1) : -1
  const isShut = ({ topic }: Part): boolean => broker.replacements.isReplaced(topic)
  let refusal: string | null = null
  for (const [n, part] of parts.entries()) {
    if (n === spared || isShut(part)) continue
    const why = append(reach, part, txn)
    refusal ??= why
  }
  if (isHalf || parts.some(isShut) || injector.strikes('ack lost')) throw noAnswer()
  if (refusal !== null) throw brokerError(refusal)
  answer(undefined)
}

/** The coordinator may refuse a transaction, whatever is asked of it, for as long as an ACL or a leader is missing. */
const coordinate = ({ injector }: Reach): void => {
  if (injector.strikes('transaction not authorized')) throw brokerError('TRANSACTIONAL_ID_AUTHORIZATION_FAILED')
  if (injector.strikes('coordinator not available')) throw brokerError('COORDINATOR_NOT_AVAILABLE')
}

/** A producer as kafkajs has it: idempotent within its own life, transactional where it has an id. */
export const createProducer = (reach: Reach, config: ProducerConfig) => {
  const partitioner = (config.createPartitioner ?? kafkajs.Partitioners.DefaultPartitioner)()
  const sendBatch = ({ topicMessages = [] }: ProducerBatch): Promise<void> =>
    reach.ask(answer => produce(reach, partsOf(reach, partitioner, topicMessages), null, answer))
  let epoch: number | null = null
  const transaction = async () => {
    const id = config.transactionalId!
    epoch ??= await reach.ask<number>(answer => {
      coordinate(reach)
      reach.broker.transactions.take(id, answer)
    })
    return createTransaction(reach, { id, epoch }, partitioner)
  }
  return {
    connect: () => reach.ask<void>(answer => answer(undefined)),
    disconnect: async () => undefined,
    send: ({ topic, messages }: ProducerRecord) => sendBatch({ topicMessages: [{ topic, messages }] }),
    sendBatch,
    transaction
  }
}

const createTransaction = (reach: Reach, owner: Owner, partitioner: Partitioner) => {
  const { transactions } = reach.broker
  let isActive = true
  let hasWritten = false
  const finish = (outcome: 'committed' | 'aborted'): Promise<void> =>
    reach.ask(answer => {
      coordinate(reach)
      if (outcome === 'committed' && reach.injector.strikes('commit refused')) throw noAnswer()
      if (hasWritten) transactions.end(owner, outcome)
      if (outcome === 'committed' && reach.injector.strikes('commit answer lost')) throw noAnswer()
      answer(undefined)
    })
  return {
    isActive: () => isActive,
    sendBatch: ({ topicMessages = [] }: ProducerBatch): Promise<void> =>
      reach.ask((answer, refuse) => {
        coordinate(reach)
        hasWritten = true
        const parts = partsOf(reach, partitioner, topicMessages)
        const logs = parts.map(part => part.log)
        const write = (txn: Txn): void => {
          try {
            produce(reach, parts, txn, answer)
          } catch (error) {
            refuse(error as Error)
          }
        }
        transactions.join(owner, logs, write, refuse)
      }),
    commit: async () => {
      await finish('committed')
      isActive = false
    },
    abort: async () => {
      if (reach.injector.strikes('transaction left open')) throw noAnswer()
      await finish('aborted')
      isActive = false
    }
  }
}

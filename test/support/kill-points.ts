import { writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import type { Consumer, Kafka, Producer } from 'kafkajs'

/**
 * Loaded into a stage before its program (`--import`): ends or freezes the process at the Nth pass of a named point, from inside,
 * so that the moment is exact. KILL_POINT=`point:N`, KILL_SIGNAL=SIGKILL|SIGSTOP. The product knows nothing of it.
 */
export type KillPoint =
  /** Fenced its predecessor, has not read its state yet. */
  | 'taken'
  /** In the middle of reading its state. */
  | 'restore'
  /** Knows of a rebalance, has not joined again. */
  | 'rebalance'
  /** The group has given it partitions. */
  | 'assigned'
  /** A transaction is begun, nothing is sent. */
  | 'before-send'
  /** The records of a transaction are sent, nothing is committed. */
  | 'after-send'
  /** The broker has the request to commit, the answer is on its way. */
  | 'commit-unanswered'
  /** The answer to a commit is there. */
  | 'committed'

const [wanted = '', nth = '1'] = (process.env.KILL_POINT ?? '').split(':')
const signal = process.env.KILL_SIGNAL === 'SIGSTOP' ? 'SIGSTOP' : 'SIGKILL'
let left = Number(nth)

const pass = (point: KillPoint): void => {
  if (point !== wanted || --left !== 0) return
  writeSync(2, `kill point ${point}\n`)
  process.kill(process.pid, signal)
}

type KafkaConstructor = { readonly Kafka: { readonly prototype: Kafka } }
type FetchRequest = { readonly topics: readonly { readonly topic: string }[] }
type BrokerConstructor = { readonly prototype: { fetch: (request: FetchRequest) => Promise<unknown> } }

const client = createRequire(`${process.cwd()}/`)
const { prototype } = (client('kafkajs') as KafkaConstructor).Kafka
const { prototype: broker } = client('kafkajs/src/broker') as BrokerConstructor

const watchProducer = (producer: Producer): Producer => {
  const begin = producer.transaction
  let begun = 0
  producer.transaction = async () => {
    const transaction = await begin()
    // The first transaction of an owner only fences its predecessors.
    if (begun++ === 0) {
      pass('taken')
      return transaction
    }
    const { sendBatch, commit } = transaction
    transaction.sendBatch = async batch => {
      pass('before-send')
      const sent = await sendBatch(batch)
      pass('after-send')
      return sent
    }
    transaction.commit = async () => {
      await commit()
      pass('committed')
    }
    return transaction
  }
  return producer
}

const watchConsumer = (consumer: Consumer, group: string): Consumer => {
  if (!group.endsWith('aggregate')) return consumer
  consumer.on(consumer.events.REBALANCING, () => pass('rebalance'))
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    if (Object.keys(payload.memberAssignment).length > 0) pass('assigned')
  })
  return consumer
}

const { producer, consumer } = prototype
prototype.producer = function (this: Kafka, config) {
  const made = producer.call(this, config)
  return config?.transactionalId === undefined ? made : watchProducer(made)
}
prototype.consumer = function (this: Kafka, config) {
  return watchConsumer(consumer.call(this, config), config.groupId)
}

const { fetch } = broker
broker.fetch = async function (request) {
  const answer = await fetch.call(this, request)
  if (request.topics.some(({ topic }) => topic.endsWith('_state'))) pass('restore')
  return answer
}

const END_TXN = 26

/** A request to end a transaction with a commit: its api key stands behind the length, and whether it commits is its last byte. */
const isCommit = (chunk: unknown): boolean =>
  Buffer.isBuffer(chunk) && chunk.length > 8 && chunk.readInt16BE(4) === END_TXN && chunk.at(-1) === 1

type Write = (chunk: unknown, ...rest: readonly unknown[]) => boolean

const sockets = Socket.prototype as unknown as { write: Write }
const { write } = sockets
sockets.write = function (this: Socket, chunk, ...rest) {
  // The kernel has the bytes when the callback is called, and delivers them whatever becomes of this process.
  return isCommit(chunk) ? write.call(this, chunk, () => pass('commit-unanswered')) : write.call(this, chunk, ...rest)
}

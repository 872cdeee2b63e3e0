import type { Kafka, Producer } from 'kafkajs'
import { TickstreamError } from '../../market/error.ts'
import { type ErrorCode, errorCode, outcomeOf } from '../../market/errors.ts'
import type { EpochMs } from '../../market/time.ts'
import { bisect } from '../../runtime/bisect.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { retry } from '../../runtime/retry.ts'
import { cutLetter, deadLetterOf } from '../../stream/dead-letter-of.ts'
import { type Outgoing, outgoing, type Publisher } from '../../stream/topic.ts'
import { deadLetters } from '../../topics.ts'
import { cachedPartitioner } from '../client/partitioner.ts'
import { type Backlog, createSendQueue, type Queued, queued, type SendQueue } from './send-queue.ts'

/** What is kept of a record that the broker refuses, in bytes; any topic takes that much. */
const CUT_BYTES = 256 * 1024

/**
 * A dead letter with the beginning of a record that the broker refuses for good. A dead letter that is refused itself is cut;
 * null when it is small already.
 */
const refusedLetter = (record: Outgoing, stage: string, receivedAt: EpochMs): Outgoing | null => {
  if (record.topic === deadLetters.name) {
    if (record.value === null || record.value.length <= 2 * CUT_BYTES) return null
    return outgoing(deadLetters, cutLetter(deadLetters.codec.decode(Buffer.from(record.value)), CUT_BYTES))
  }
  const detail = `the broker refuses this record of ${record.topic}, key ${record.key.slice(0, 200)}`
  const origin = { topic: record.topic, partition: record.partition ?? 0, offset: '0' }
  const about = { stage, reason: 'refused', detail, origin, receivedAt } as const
  return outgoing(deadLetters, deadLetterOf(about, Buffer.from(record.value ?? ''), CUT_BYTES))
}

/** A publisher that says what it still holds, so that a source can be slowed down. */
export type QueueingPublisher = Publisher & {
  readonly backlog: () => Backlog
  /** Tells of every record that the broker refuses for good, before its send resolves. */
  readonly onRefused: (listen: (record: Outgoing) => void) => void
  /** Another clock by which a record's time may have come, where the broker refuses it: this machine's may be behind like the broker's. */
  readonly trust: (now: () => EpochMs) => void
}

export type PublisherOptions = {
  readonly kafka: Kafka
  /** Put before every topic's name. */
  readonly prefix: string
  /** The stage that publishes, named in dead letters. */
  readonly stage: string
  readonly log: Logger
  readonly health: Health
  readonly clock: Clock
  readonly random: () => number
}

type State = PublisherOptions & {
  readonly queue: SendQueue
  readonly stop: AbortController
  readonly listeners: ((record: Outgoing) => void)[]
  /** What tells the time: this machine's clock, and those that are trusted beside it. */
  readonly clocks: (() => EpochMs)[]
  producer: Producer | null
  readonly failures: { count: number }
  sending: Promise<void> | null
}

const WAITS = { firstMs: 100, mostMs: 5_000 }
const CLOSE_WITHIN_MS = 4_000
const PART = 'kafka publisher'

const connected = async (state: State): Promise<Producer> => {
  if (state.producer) return state.producer
  const producer = state.kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: cachedPartitioner,
    retry: { initialRetryTime: 100, retries: 2, maxRetryTime: 1_000 }
  })
  state.producer = producer
  await producer.connect()
  return producer
}

/** A producer that failed may reuse sequence numbers: it is thrown away. */
const dropProducer = (state: State): void => {
  state.producer?.disconnect().catch(() => undefined)
  state.producer = null
}

const byTopic = (batch: readonly Queued[]) =>
  [...Map.groupBy(batch, item => item.topic)].map(([topic, items]) => ({
    topic,
    messages: items.map(item => item.message)
  }))

const recovered = (state: State): void => {
  state.log.info({ failures: state.failures.count }, 'Kafka takes records again')
  state.failures.count = 0
  state.health.report(PART, null)
}

const sendBatch = async (state: State, batch: readonly Queued[]): Promise<void> => {
  try {
    const producer = await connected(state)
    await producer.sendBatch({ acks: -1, topicMessages: byTopic(batch) })
    settle(state, batch)
  } catch (error) {
    dropProducer(state)
    throw error
  }
}

const settle = (state: State, batch: readonly Queued[]): void => {
  state.queue.shift(batch.length)
  if (state.failures.count > 0) recovered(state)
  for (const item of batch) item.done?.()
}

/** How far a record may be ahead of every clock that is known without being called one of the future. */
const MAX_AHEAD_MS = 60_000

/** The time of every record has come: it is the broker's clock that is behind, and a right record is no dead letter for that. */
const isBrokerBehind = ({ clocks }: State, batch: readonly Queued[], error: unknown): boolean => {
  if (errorCode(error) !== 'TS-KAFKA-CLOCK') return false
  const latest = Math.max(...clocks.map(now => now())) + MAX_AHEAD_MS
  return batch.every(({ record: { time } }) => time === null || time <= latest)
}

const ADVICE: Partial<Record<ErrorCode, string>> = {
  'TS-KAFKA-TOPIC': 'a topic is missing; run `tickstream topics apply`',
  'TS-KAFKA-CLOCK':
    "the brokers' clock is behind the records'; set theirs and this machine's right, for example with NTP"
}

/** The broker is away, or the topic is: nothing is lost, the same batch is sent again. */
const onFailure = (state: State, error: unknown): void => {
  dropProducer(state)
  const code = errorCode(error)
  const detail = error instanceof Error ? error.message : String(error)
  const advice = ADVICE[code] ?? 'check KAFKA_BROKERS and that the broker runs'
  if (state.failures.count === 1)
    state.log.warn({ code, detail }, `Kafka does not take records, they are kept; ${advice}`)
  state.health.report(PART, `${detail}; ${advice}`)
}

const deadLetterRefused = async (state: State, item: Queued): Promise<void> => {
  const letter = refusedLetter(item.record, state.stage, state.clock.now())
  state.log.error(
    { topic: item.topic, key: item.record.key, bytes: item.bytes },
    letter
      ? 'the broker refuses a record for good; its beginning goes to dead_letters'
      : 'the broker refuses even a cut dead letter; it is dropped: raise max.message.bytes of dead_letters'
  )
  if (letter) {
    const producer = await connected(state)
    const { topic, message } = queued(state.prefix, letter, null)
    await producer.send({ topic, acks: -1, messages: [message] })
  }
  for (const listen of state.listeners) listen(item.record)
  settle(state, [item])
}

const sendNext = (state: State): Promise<void> =>
  bisect(state.queue.peekBatch(), {
    work: batch => sendBatch(state, batch),
    isRefusal: (error, batch) => outcomeOf(error) === 'poison' && !isBrokerBehind(state, batch, error),
    onRefused: item => deadLetterRefused(state, item)
  })

/** The one loop that sends, so that the order of sends is the order of records in every partition. */
const drain = async (state: State): Promise<void> => {
  while (state.queue.backlog().records > 0 && !state.stop.signal.aborted) {
    await retry(() => sendNext(state), {
      ...state,
      waits: WAITS,
      signal: state.stop.signal,
      mayPass: () => true,
      onFailure: error => onFailure(state, error)
    })
  }
}

const wake = (state: State): void => {
  state.sending ??= drain(state)
    .catch(() => undefined)
    .finally(() => {
      state.sending = null
      if (state.queue.backlog().records > 0 && !state.stop.signal.aborted) wake(state)
    })
}

const send = (state: State, records: Parameters<Publisher['send']>[0]): Promise<void> => {
  if (records.length === 0) return Promise.resolve()
  return new Promise(resolve => {
    const last = records.length - 1
    records.forEach((record, i) => {
      state.queue.push(queued(state.prefix, record, i === last ? resolve : null))
    })
    wake(state)
  })
}

const close = async (state: State): Promise<void> => {
  const tooLong = new AbortController()
  const late = state.clock.sleep(CLOSE_WITHIN_MS, tooLong.signal).catch(() => undefined)
  await Promise.race([state.sending ?? Promise.resolve(), late])
  tooLong.abort()
  state.stop.abort()
  const { records } = state.queue.backlog()
  if (records > 0) state.log.error({ records }, 'stopped before Kafka had taken every record')
  await state.producer?.disconnect().catch(() => undefined)
}

/** Sends in order, in batches, idempotent; keeps what a broker that is away does not take. Never rejects while it is open. */
export const createPublisher = (options: PublisherOptions): QueueingPublisher => {
  const state: State = {
    ...options,
    queue: createSendQueue(),
    stop: new AbortController(),
    listeners: [],
    clocks: [options.clock.now],
    producer: null,
    failures: { count: 0 },
    sending: null
  }
  return {
    send: records =>
      state.stop.signal.aborted
        ? Promise.reject(new TickstreamError('TS-STOPPING', 'the publisher is closed'))
        : send(state, records),
    close: () => close(state),
    backlog: state.queue.backlog,
    onRefused: listen => void state.listeners.push(listen),
    trust: now => void state.clocks.push(now)
  }
}

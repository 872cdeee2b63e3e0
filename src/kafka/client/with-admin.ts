import type { Admin, Kafka } from 'kafkajs'
import { TickstreamError } from '../../market/error.ts'
import { systemClock } from '../../runtime/clock.ts'
import { retry } from '../../runtime/retry.ts'

const RETRY = { initialRetryTime: 100, retries: 5, maxRetryTime: 2_000 }
/** Ten seconds at least: a broker leads topics that were just made so late when they are many and its disk is busy. */
const SETTLING = { waits: { firstMs: 100, mostMs: 100 }, random: () => 1, attempts: 100 }

const isUnreachable = (error: unknown): boolean =>
  error instanceof Error && /^KafkaJS(Connection|BrokerNotFound|NumberOfRetriesExceeded)/.test(error.name)

/** An answer that a broker gives while it settles, for example right after a topic was made; the client does not always ask again. */
const isSettling = (error: unknown): boolean =>
  error instanceof Error && error.name === 'KafkaJSProtocolError' && 'retriable' in error && error.retriable === true

/** `TS-KAFKA-AWAY` where no broker answers; any other error is left as it is. */
export const explainUnreachable = (cause: unknown): unknown => {
  if (!isUnreachable(cause) && !isSettling(cause)) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  const message = `no Kafka broker answers (${reason}); check KAFKA_BROKERS`
  return new TickstreamError('TS-KAFKA-AWAY', message, { cause })
}

const tryOnce = async <T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = kafka.admin({ retry: RETRY })
  try {
    await admin.connect()
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

/**
 * Lends an admin connection to `work`, which may be asked again: by a connection of its own each time, as one goes on asking the brokers
 * that led when it was made. Throws `TS-KAFKA-AWAY` when no broker answers.
 */
export const withAdmin = async <T>(
  kafka: Kafka,
  work: (admin: Admin) => Promise<T>,
  clock = systemClock
): Promise<T> => {
  try {
    return await retry(() => tryOnce(kafka, work), { ...SETTLING, clock, mayPass: isSettling })
  } catch (cause) {
    throw explainUnreachable(cause)
  }
}

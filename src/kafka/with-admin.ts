import type { Admin, Kafka } from 'kafkajs'
import { TickstreamError } from '../market/error.ts'
import { systemClock } from '../runtime/clock.ts'

const RETRY = { initialRetryTime: 100, retries: 5, maxRetryTime: 2_000 }
/** Together a little longer than a broker needs to lead a topic that was just made. */
const TRIES = 20
const PAUSE_MS = 100

const isUnreachable = (error: unknown): boolean =>
  error instanceof Error && /^KafkaJS(Connection|BrokerNotFound|NumberOfRetriesExceeded)/.test(error.name)

/** An answer that a broker gives while it settles, for example right after a topic was made; the client does not always ask again. */
const isSettling = (error: unknown): boolean =>
  error instanceof Error && error.name === 'KafkaJSProtocolError' && 'retriable' in error && error.retriable === true

const explain = (cause: unknown): unknown => {
  if (!isUnreachable(cause) && !isSettling(cause)) return cause
  const said = cause instanceof Error ? cause.message : String(cause)
  const message = `no Kafka broker answers (${said}); check KAFKA_BROKERS`
  return new TickstreamError('environment', message, { retryable: true, cause })
}

const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!isSettling(error) || tries >= TRIES) throw error
      await systemClock.sleep(PAUSE_MS)
    }
  }
}

/** Lends an admin connection to `work`, which may be asked again. Throws a retryable `environment` error when no broker answers. */
export const withAdmin = async <T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = kafka.admin({ retry: RETRY })
  try {
    await admin.connect()
    return await patiently(() => work(admin))
  } catch (cause) {
    throw explain(cause)
  } finally {
    await admin.disconnect()
  }
}

import type { Admin, Kafka } from 'kafkajs'
import { TickstreamError } from '../market/error.ts'

const RETRY = { initialRetryTime: 100, retries: 5, maxRetryTime: 2_000 }

const isUnreachable = (error: unknown): boolean =>
  error instanceof Error && /^KafkaJS(Connection|BrokerNotFound|NumberOfRetriesExceeded)/.test(error.name)

/** Lends an admin connection to `work`. Throws an `environment` error when no broker answers. */
export const withAdmin = async <T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = kafka.admin({ retry: RETRY })
  try {
    await admin.connect()
    return await work(admin)
  } catch (cause) {
    if (!isUnreachable(cause)) throw cause
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new TickstreamError('environment', `no Kafka broker answers (${said}); check KAFKA_BROKERS`, {
      retryable: true,
      cause
    })
  } finally {
    await admin.disconnect()
  }
}

import kafkajs, { type Kafka as KafkaClient, type logLevel as LogLevel } from 'kafkajs'
import { TickstreamError } from '../../market/error.ts'
import type { KafkaConfig } from '../../runtime/config/config.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { compressProducers } from './codec/compress-producers.ts'
import { registerCodecs } from './codec/register-codecs.ts'

const { Kafka, logLevel } = kafkajs

registerCodecs()

/** The client's chatter becomes debug lines: what matters is told by whoever sees the error. */
const logCreator = (log: Logger) => () => (entry: { level: LogLevel; namespace: string; log: { message: string } }) => {
  log.debug({ namespace: entry.namespace, detail: entry.log }, entry.log.message)
}

/** A client for the configured cluster, whose producers compress as configured. Throws `TS-CONFIG` when none is configured. */
export const createKafka = (config: KafkaConfig, stage: string, log: Logger): KafkaClient => {
  if (config.brokers.length === 0) {
    throw new TickstreamError(
      'TS-CONFIG',
      'KAFKA_BROKERS is not set; set it to host:port of a broker, or let `tickstream up --only kafka` start one'
    )
  }
  const kafka = new Kafka({
    clientId: `tickstream-${stage}`,
    brokers: [...config.brokers],
    ssl: config.ssl,
    ...(config.sasl ? { sasl: config.sasl } : {}),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, retries: 8, maxRetryTime: 5_000 },
    logLevel: logLevel.WARN,
    logCreator: logCreator(log)
  })
  return compressProducers(kafka, config.compression)
}

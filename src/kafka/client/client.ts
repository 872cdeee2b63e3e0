import kafkajs, {
  type Kafka as KafkaClient,
  type logLevel as LogLevel,
  type Producer,
  type ProducerBatch,
  type ProducerRecord
} from 'kafkajs'
import { TickstreamError } from '../../market/error.ts'
import type { KafkaConfig } from '../../runtime/config/config.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { registerCodecs } from './codec/register-codecs.ts'

const { CompressionTypes, Kafka, logLevel } = kafkajs

registerCodecs()

/** The client's chatter becomes debug lines: what matters is told by whoever sees the error. */
const logCreator = (log: Logger) => () => (entry: { level: LogLevel; namespace: string; log: { message: string } }) => {
  log.debug({ namespace: entry.namespace, detail: entry.log }, entry.log.message)
}

const TYPES = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP, zstd: CompressionTypes.ZSTD }

type Sender = Pick<Producer, 'send' | 'sendBatch'>

const compressed = <T extends Sender>(sender: T, compression: number): T => ({
  ...sender,
  send: (record: ProducerRecord) => sender.send({ compression, ...record }),
  sendBatch: (batch: ProducerBatch) => sender.sendBatch({ compression, ...batch })
})

/** The same client, whose producers compress every batch, those of transactions too. */
export const compressProducers = (kafka: KafkaClient, by: KafkaConfig['compression']): KafkaClient => {
  const compression = TYPES[by]
  const create = kafka.producer.bind(kafka)
  kafka.producer = options => {
    const producer = create(options)
    return {
      ...compressed(producer, compression),
      transaction: async () => compressed(await producer.transaction(), compression)
    }
  }
  return kafka
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

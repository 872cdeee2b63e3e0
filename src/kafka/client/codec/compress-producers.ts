import kafkajs, { type Kafka, type Producer, type ProducerBatch, type ProducerRecord } from 'kafkajs'
import type { KafkaConfig } from '../../../runtime/config/config.ts'

const { CompressionTypes } = kafkajs

const TYPES = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP, zstd: CompressionTypes.ZSTD }

type Sender = Pick<Producer, 'send' | 'sendBatch'>

const compressed = <T extends Sender>(sender: T, compression: number): T => ({
  ...sender,
  send: (record: ProducerRecord) => sender.send({ compression, ...record }),
  sendBatch: (batch: ProducerBatch) => sender.sendBatch({ compression, ...batch })
})

/** The same client, whose producers compress every batch, those of transactions too. */
export const compressProducers = (kafka: Kafka, by: KafkaConfig['compression']): Kafka => {
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

import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import kafkajs, { type Kafka } from 'kafkajs'
import { compressProducers } from '../../../src/kafka/client/client.ts'
import { registerCodecs } from '../../../src/kafka/client/codec/register-codecs.ts'

const { CompressionCodecs, CompressionTypes } = kafkajs

type Codec = {
  readonly compress: (encoder: { readonly buffer: Buffer }) => Promise<Buffer>
  readonly decompress: (bytes: Buffer) => Promise<Buffer>
}
const codec = (type: number): Codec => (CompressionCodecs as Record<number, () => Codec>)[type]!()

beforeAll(registerCodecs)

/** A client that notes by what each batch is compressed. */
const noting = (): { readonly kafka: Kafka; readonly noted: unknown[] } => {
  const noted: unknown[] = []
  const sender = {
    send: async ({ compression }: { compression?: number }) => void noted.push(compression),
    sendBatch: async ({ compression }: { compression?: number }) => void noted.push(compression)
  }
  const producer = { ...sender, transaction: async () => ({ ...sender }) }
  return { kafka: { producer: () => producer } as unknown as Kafka, noted }
}

describe('every batch of a producer', () => {
  test.each([
    ['zstd', CompressionTypes.ZSTD],
    ['gzip', CompressionTypes.GZIP],
    ['none', CompressionTypes.None]
  ] as const)('is compressed by %s where that is set, in transactions too', async (by, type) => {
    const { kafka, noted } = noting()
    const producer = compressProducers(kafka, by).producer()
    await producer.send({ topic: 't', messages: [] })
    await producer.sendBatch({ topicMessages: [] })
    const transaction = await producer.transaction()
    await transaction.send({ topic: 't', messages: [] })
    await transaction.sendBatch({ topicMessages: [] })
    expect(noted).toEqual([type, type, type, type])
  })
})

test.each([
  ['zstd', CompressionTypes.ZSTD],
  ['gzip', CompressionTypes.GZIP]
] as const)('what is compressed by %s is read again as it was', async (_, type) => {
  const { compress, decompress } = codec(type)
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async bytes => {
      const buffer = Buffer.from(bytes)
      expect(await decompress(await compress({ buffer }))).toEqual(buffer)
    })
  )
})

test('a second of similar ticks takes a fifth of its bytes at most', async () => {
  const ticks = Array.from({ length: 100 }, (_, i) =>
    JSON.stringify({
      exchange: 'binance',
      symbol: 'BTC/USDT',
      id: String(3_744_591_201 + i),
      price: (61_686.5 + ((i * 7_919) % 100) / 100).toFixed(2),
      quantity: (((i * 104_729) % 100_000) / 100_000).toFixed(5),
      time: 1_723_161_600_001 + i * 7,
      receivedAt: 1_723_161_600_005 + i * 7,
      side: i % 3 === 0 ? 'buy' : 'sell',
      via: 'stream'
    })
  )
  const buffer = Buffer.from(ticks.join(''))
  const compressed = await codec(CompressionTypes.ZSTD).compress({ buffer })
  expect(compressed.length).toBeLessThan(buffer.length / 5)
})

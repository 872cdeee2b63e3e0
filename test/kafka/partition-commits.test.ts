import { expect, test } from '@jest/globals'
import type { Producer, ProducerBatch } from 'kafkajs'
import { commitRecords } from '../../src/kafka/task/commit/transactions.ts'
import { epochMs } from '../../src/market/time.ts'

/** What a broker takes in one batch by default. */
const MAX_BYTES = 1_048_588

test('a commit is sent in batches that a broker takes, in every alphabet', async () => {
  const batches: number[] = []
  const sendBatch = async ({ topicMessages = [] }: ProducerBatch): Promise<void> => {
    for (const { messages } of topicMessages)
      batches.push(
        messages.reduce((sum, { key, value }) => sum + Buffer.byteLength(`${key}`) + Buffer.byteLength(`${value}`), 0)
      )
  }
  const transaction = { sendBatch, commit: async () => undefined, isActive: () => false }
  const producer = { transaction: async () => transaction } as unknown as Producer
  const symbol = `${'币'.repeat(60)}/USDT`
  const records = Array.from({ length: 6_000 }, (_, n) => ({
    topic: 'ohlcv_1s',
    key: `binance:${symbol}`,
    value: JSON.stringify({ symbol, n }),
    time: epochMs(1_723_161_600_000)
  }))
  await commitRecords(producer, '', records)
  expect(batches.length).toBeGreaterThan(1)
  expect(Math.max(...batches)).toBeLessThan(MAX_BYTES)
})

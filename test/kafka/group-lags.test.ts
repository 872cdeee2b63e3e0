import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Kafka } from 'kafkajs'
import { readGroupLags } from '../../src/kafka/admin/group-lags.ts'
import { setGroupPositions } from '../../src/kafka/admin/group-positions.ts'
import { createKafka } from '../../src/kafka/client/client.ts'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { eventually } from '../support/eventually.ts'
import { dropTopics, freshPrefix, testBrokers } from '../support/servers.ts'
import { silent } from '../support/silent.ts'

const prefix = freshPrefix()
const topic = `${prefix}words`
let brokers: string
let kafka: Kafka

beforeAll(async () => {
  brokers = await testBrokers()
  kafka = createKafka({ brokers: brokers.split(','), ssl: false, sasl: null, compression: 'zstd' }, 'test', silent)
  await withAdmin(kafka, admin => admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true }))
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: ['a', 'b', 'c'].map(value => ({ value, partition: 1 })) })
  await producer.disconnect()
})

afterAll(() => dropTopics(brokers, prefix))

describe('the lag of groups', () => {
  test('is what each has still to read, of those of this installation alone', async () => {
    const positions = [
      { partition: 0, next: 0n },
      { partition: 1, next: 1n }
    ]
    for (const group of [`${prefix}reader`, `not-${prefix}reader`])
      await setGroupPositions(kafka, group, topic, positions)
    const read = () => readGroupLags(kafka, prefix)
    await eventually(async () => (await read()).length === 2)
    expect([...(await read())].sort((a, b) => a.partition - b.partition)).toEqual([
      { group: `${prefix}reader`, topic, partition: 0, lag: 0 },
      { group: `${prefix}reader`, topic, partition: 1, lag: 2 }
    ])
  })
})

import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { checkKafka } from '../../src/doctor/check-kafka.ts'
import { applyTopics } from '../../src/kafka/admin/apply-topics.ts'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { partitionOf } from '../../src/kafka/client/partitioner.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { silent as log } from '../support/silent.ts'
import { produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

let cluster: TestKafka

beforeAll(async () => {
  cluster = await testKafka()
})

afterAll(() => cluster.sweep())

const examine = async () => {
  const config = readConfig({ KAFKA_BROKERS: cluster.brokers, TOPIC_PREFIX: cluster.prefix })
  const findings = await checkKafka({ config, log, signal: new AbortController().signal })
  return Object.fromEntries(findings.map(({ part, state, says }) => [part, `${state} ${says}`]))
}

test('the doctor reads every table, and says what of it cannot be used, what compresses and what is too small', async () => {
  const { kafka, prefix } = cluster
  const files = readTopicFiles()
  await applyTopics(kafka, prefix, files, false)
  expect(await examine()).toMatchObject({
    Tables: 'ok every record can be used',
    States: 'ok every batch can be read',
    Limits: expect.stringMatching(/^ok /),
    Compression: 'ok by none of our topics; every codec is read'
  })
  const changed = files.map(file => ({
    ...file,
    config: {
      ...file.config,
      ...(file.name === 'gaps' ? { 'compression.type': 'zstd' } : {}),
      ...(file.name === 'kpi' ? { 'max.message.bytes': '65536' } : {})
    }
  }))
  await applyTopics(kafka, prefix, changed, false)
  const partition = partitionOf('binance:BTC/USDT#5', 4)
  await produce(cluster, 'gaps', [{ key: 'binance:BTC/USDT#5', value: 'nothing', partition }])
  await produce(cluster, 'ingest_state', [{ key: 'binance:BTC/USDT', value: '{}' }])
  await produce(cluster, 'alert_rules', [{ key: 'wide', value: '{"name":"wider"}' }])
  await produce(cluster, 'listings', [{ key: 'binance:BTC/USDT', value: '{"status":7}' }])
  const found = await examine()
  expect(found.Tables).toMatch(/^note 4 cannot be used: /)
  expect(found.Tables).toContain(`gaps, partition ${partition}, offset 0: not JSON`)
  expect(found.Tables).toContain('ingest_state, partition 0, offset 0: exchange:')
  expect(found.Tables).toContain('alert_rules, partition 0, offset 0: ')
  expect(found.Tables).toContain('listings, partition 0, offset 0: ')
  expect(found.Limits).toBe(`missing ${prefix}kpi takes 65536 bytes`)
  expect(found.Compression).toBe('ok zstd on 1 topics; every codec is read')
})

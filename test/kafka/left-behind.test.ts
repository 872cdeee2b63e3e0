import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { readPreviousRun } from '../../src/kafka/read/table/previous-run.ts'
import { gaps, ingestKlinesState, ingestState, instruments } from '../../src/topics.ts'
import { silent } from '../support/silent.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

let cluster: TestKafka

beforeAll(async () => {
  cluster = await testKafka()
  for (const { name } of [gaps, ingestState, ingestKlinesState]) await createTopic(cluster, name, 1)
})

afterAll(() => cluster.sweep())

const knownFacts = async () => {
  const { kafka, prefix } = cluster
  const unusable = { onUnusable: () => undefined, settled: async () => undefined }
  const { signal } = new AbortController()
  const left = await readPreviousRun({ kafka, prefix, instruments: [], unusable, log: silent, signal })
  return left.lastFacts
}

test('what lists told before is read at a start, where the topic is there, and past what cannot be used', async () => {
  expect(await knownFacts()).toEqual([])
  await createTopic(cluster, instruments.name, 1)
  const { key, value } = readTopicFiles().find(({ name }) => name === instruments.name)!.example
  await produce(cluster, instruments.name, [
    { key: String(key), value: JSON.stringify(value) },
    { key: 'binance:ETH/USDT', value: '{"exchange"' }
  ])
  expect(await knownFacts()).toEqual([value])
})

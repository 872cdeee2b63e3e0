import type { Kafka } from 'kafkajs'
import { createKafka } from '../src/kafka/client.ts'
import { readTopicFiles } from '../src/kafka/topic-files.ts'
import { applyTopics } from '../src/kafka/topics-admin.ts'
import { withAdmin } from '../src/kafka/with-admin.ts'
import { createLog } from '../src/runtime/log.ts'

export type BenchTopics = { readonly kafka: Kafka; readonly brokers: string; readonly prefix: string }

/** Topics of its own on KAFKA_BROKERS for one run, which keep records of any age, and are deleted afterwards. */
export const withTopics = async <T>(work: (topics: BenchTopics) => Promise<T>): Promise<T> => {
  const brokers = process.env.KAFKA_BROKERS
  if (!brokers)
    throw new Error(
      'KAFKA_BROKERS is not set; `npm run tickstream -- up --only kafka` starts a broker and prints the setting'
    )
  const kafka = createKafka(
    { brokers: brokers.split(','), ssl: false, sasl: null },
    'bench',
    createLog('bench', 'warn')
  )
  const prefix = `bench-${process.pid}-${Date.now().toString(36)}-`
  const files = readTopicFiles().map(file => ({
    ...file,
    config: { ...file.config, ...('retention.ms' in file.config ? { 'retention.ms': '-1' } : {}) }
  }))
  await applyTopics(kafka, prefix, files, false)
  try {
    return await work({ kafka, brokers, prefix })
  } finally {
    await withAdmin(kafka, async admin => {
      const topics = (await admin.listTopics()).filter(name => name.startsWith(prefix))
      await admin.deleteTopics({ topics })
    })
  }
}

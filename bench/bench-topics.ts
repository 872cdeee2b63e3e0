import type { Kafka } from 'kafkajs'
import { applyTopics } from '../src/kafka/admin/apply-topics.ts'
import { readTopicFiles, type TopicFile } from '../src/kafka/admin/topic-files.ts'
import { createKafka } from '../src/kafka/client/client.ts'
import { withAdmin } from '../src/kafka/client/with-admin.ts'
import { readConfig } from '../src/runtime/config/read-config.ts'
import { createLog } from '../src/runtime/observe/log.ts'
import { type ServerName, withServers } from './bench-servers.ts'

export type BenchTopics = {
  readonly kafka: Kafka
  readonly brokers: string
  readonly prefix: string
  readonly settings: Readonly<Record<string, string>>
}

/** Records of a bench are older than a topic would keep them. */
const keepingAll = (file: TopicFile): TopicFile =>
  'retention.ms' in file.config ? { ...file, config: { ...file.config, 'retention.ms': '-1' } } : file

/** Topics of its own for one run, deleted afterwards. */
export const withTopics = <T>(
  work: (topics: BenchTopics) => Promise<T>,
  servers: readonly ServerName[] = ['kafka']
): Promise<T> =>
  withServers(servers, async settings => {
    const brokers = settings.KAFKA_BROKERS ?? ''
    const { compression } = readConfig(process.env).kafka
    const kafka = createKafka(
      { brokers: brokers.split(','), ssl: false, sasl: null, compression },
      'bench',
      createLog('bench', 'warn')
    )
    const prefix = `bench-${process.pid}-${Date.now().toString(36)}-`
    await applyTopics(kafka, prefix, readTopicFiles().map(keepingAll), false)
    try {
      return await work({ kafka, brokers, prefix, settings: { ...settings, TOPIC_PREFIX: prefix } })
    } finally {
      await withAdmin(kafka, async admin => {
        const topics = (await admin.listTopics()).filter(name => name.startsWith(prefix))
        await admin.deleteTopics({ topics })
      })
    }
  })

import kafkajs, { type Kafka } from 'kafkajs'
import { withAdmin } from '../client/with-admin.ts'

/** What a topic takes and how it keeps it, whether set on the topic or by the broker. */
export type TopicLimits = {
  /** The broker's name. */
  readonly topic: string
  readonly maxMessageBytes: number
  /** `producer`: as it was written. */
  readonly compression: string
}

/** The largest batch that any stage writes to a topic of its own, with its overhead. */
export const LARGEST_BATCH_BYTES = 1_000_000

/** Asks for the limits of topics that are there. */
export const readTopicLimits = (kafka: Kafka, topics: readonly string[]): Promise<readonly TopicLimits[]> =>
  withAdmin(kafka, async admin => {
    const existing = new Set(await admin.listTopics())
    const resources = topics
      .filter(topic => existing.has(topic))
      .map(name => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name }))
    if (resources.length === 0) return []
    const described = await admin.describeConfigs({ includeSynonyms: false, resources })
    return described.resources.map(({ resourceName, configEntries }) => {
      const settings = new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]))
      return {
        topic: resourceName,
        maxMessageBytes: Number(settings.get('max.message.bytes')),
        compression: settings.get('compression.type') ?? 'producer'
      }
    })
  })

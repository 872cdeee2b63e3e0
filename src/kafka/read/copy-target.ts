import kafkajs, { type Admin, type Kafka } from 'kafkajs'
import { TickstreamError } from '../../market/error.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Incoming } from '../../stream/topic.ts'
import { readTopics } from '../admin/apply-topics.ts'
import { withAdmin } from '../client/with-admin.ts'
import type { Range } from './range-reader.ts'

const { ConfigResourceTypes } = kafkajs

/** Where records are copied to: a topic (the broker's name) and how many partitions it has. */
type TargetTopic = { readonly topic: string; readonly partitions: number }

const settingsOf = async (admin: Admin, topic: string): Promise<ReadonlyMap<string, string>> => {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }]
  })
  return new Map(
    resources.flatMap(resource => resource.configEntries.map(entry => [entry.configName, entry.configValue] as const))
  )
}

/** Milliseconds that a topic keeps a record after its timestamp; null: for ever. */
const retentionOf = async (admin: Admin, topic: string): Promise<number | null> => {
  const settings = await settingsOf(admin, topic)
  const isDeleting = settings.get('cleanup.policy')?.includes('delete') ?? true
  const retention = Number(settings.get('retention.ms'))
  return isDeleting && retention >= 0 ? retention : null
}

/** Whether the ranges hold records from before a time: Kafka tells the first offset from then on, and what stands before it is older. */
const hasOlder = async (admin: Admin, ranges: readonly Range[], than: EpochMs): Promise<boolean> => {
  const [first] = ranges
  if (!first) return false
  const young = await admin.fetchTopicOffsetsByTimestamp(first.topic, than)
  const from = new Map(young.map(at => [at.partition, BigInt(at.offset)]))
  return ranges.some(range => range.to > range.from && range.from < (from.get(range.partition) ?? range.from))
}

const lift = async (admin: Admin, topic: string, config: Readonly<Record<string, string>>): Promise<void> => {
  const configEntries = Object.entries({ ...config, 'retention.ms': '-1' }).map(([name, value]) => ({ name, value }))
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }]
  })
}

const DAY_MS = 86_400_000

const tooOld = (topic: string, retentionMs: number): TickstreamError =>
  new TickstreamError(
    'TS-KAFKA-TOPIC',
    `${topic} keeps records for retention.ms=${retentionMs} (${(retentionMs / DAY_MS).toFixed(1)} days) after their timestamp, and some of these are older: ` +
      'Kafka would delete them within minutes. Repeat with --lift-retention, which sets retention.ms=-1 on that topic, or begin later'
  )

/**
 * Looks at the topic that ranges are to be copied to. Throws `TS-SETUP` when it is missing,
 * or when it would not keep the records; with `liftRetention` it is made to keep them for ever.
 */
export const findTargetTopic = (
  kafka: Kafka,
  topic: string,
  ranges: readonly Range[],
  liftRetention: boolean,
  clock: Clock
): Promise<TargetTopic> =>
  withAdmin(kafka, async admin => {
    const found = (await readTopics(admin, [topic])).get(topic)
    if (!found)
      throw new TickstreamError(
        'TS-KAFKA-TOPIC',
        `topic ${topic} is missing; create it, for example with TOPIC_PREFIX and \`tickstream topics apply\``
      )
    const retentionMs = await retentionOf(admin, topic)
    if (retentionMs !== null && (await hasOlder(admin, ranges, epochMs(clock.now() - retentionMs)))) {
      if (!liftRetention) throw tooOld(topic, retentionMs)
      await lift(admin, topic, found.config)
    }
    return { topic, partitions: found.partitions }
  })

/** Throws `TS-SETUP` when a topic is missing, or would not keep records of a time; with `liftRetention` it is made to keep them for ever. */
export const checkKeeps = (
  kafka: Kafka,
  topic: string,
  oldest: EpochMs,
  liftRetention: boolean,
  clock: Clock
): Promise<void> =>
  withAdmin(kafka, async admin => {
    const found = (await readTopics(admin, [topic])).get(topic)
    if (!found)
      throw new TickstreamError('TS-KAFKA-TOPIC', `topic ${topic} is missing; create it by \`tickstream topics apply\``)
    const retentionMs = await retentionOf(admin, topic)
    if (retentionMs === null || oldest >= clock.now() - retentionMs) return
    if (!liftRetention) throw tooOld(topic, retentionMs)
    await lift(admin, topic, found.config)
  })

/** Copies records as they are: key, value, headers, timestamp; to the same partition when `keepPartitions`, otherwise by key. */
export const openTargetTopic = async (
  kafka: Kafka,
  topic: string,
  keepPartitions: boolean
): Promise<{
  readonly write: (records: readonly Incoming[]) => Promise<void>
  readonly close: () => Promise<void>
}> => {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false })
  await producer.connect()
  const messageOf = ({ key, value, headers, timestamp, partition }: Incoming) => ({
    key,
    value,
    headers,
    timestamp: String(timestamp),
    ...(keepPartitions ? { partition } : {})
  })
  const write = async (records: readonly Incoming[]): Promise<void> => {
    await producer.send({ topic, acks: -1, messages: records.map(messageOf) })
  }
  return { write, close: () => producer.disconnect() }
}

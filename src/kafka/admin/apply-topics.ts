import kafkajs, { type Admin, type Kafka } from 'kafkajs'
import { TickstreamError } from '../../market/error.ts'
import { systemClock } from '../../runtime/clock.ts'
import { withAdmin } from '../client/with-admin.ts'
import type { TopicFile } from './topic-files.ts'
import { type ActualTopic, planTopics, replicasFor, type TopicChange } from './topic-plan.ts'

const { ConfigResourceTypes } = kafkajs

/** Topics of the cluster by their whole names: partitions, and the configuration set on the topic itself. */
export const readTopics = async (admin: Admin, names: readonly string[]): Promise<ReadonlyMap<string, ActualTopic>> => {
  const existing = new Set(await admin.listTopics())
  const topics = names.filter(name => existing.has(name))
  if (topics.length === 0) return new Map()
  const [metadata, configs] = await Promise.all([
    admin.fetchTopicMetadata({ topics }),
    admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map(name => ({ type: ConfigResourceTypes.TOPIC, name }))
    })
  ])
  const configOf = new Map(
    configs.resources.map(resource => [resource.resourceName, ownConfig(resource.configEntries)])
  )
  return new Map(
    metadata.topics.map(topic => [
      topic.name,
      { partitions: topic.partitions.length, config: configOf.get(topic.name) ?? {} }
    ])
  )
}

const SET_ON_THE_TOPIC = 1

const ownConfig = (
  entries: readonly { configName: string; configValue: string; configSource: number }[]
): Record<string, string> =>
  Object.fromEntries(
    entries.filter(entry => entry.configSource === SET_ON_THE_TOPIC).map(entry => [entry.configName, entry.configValue])
  )

const toEntries = (config: Readonly<Record<string, string>>): { name: string; value: string }[] =>
  Object.entries(config).map(([name, value]) => ({ name, value }))

/** Does what was planned. The client's alterConfigs replaces the whole configuration, so a change carries all of it. */
const carryOut = async (
  admin: Admin,
  prefix: string,
  plan: readonly TopicChange[],
  replicas: number
): Promise<void> => {
  const created = plan.filter(change => change.kind === 'create')
  const altered = plan.filter(change => change.kind === 'alter')
  const grown = altered.filter(change => change.partitions > change.partitionsNow)
  if (created.length > 0) {
    await admin.createTopics({
      waitForLeaders: true,
      topics: created.map(change => ({
        topic: prefix + change.name,
        numPartitions: change.partitions,
        replicationFactor: replicas,
        configEntries: toEntries(change.config)
      }))
    })
  }
  if (grown.length > 0) {
    const topicPartitions = grown.map(change => ({ topic: prefix + change.name, count: change.partitions }))
    await admin.createPartitions({ topicPartitions })
  }
  if (altered.length > 0) {
    const resources = altered.map(change => ({
      type: ConfigResourceTypes.TOPIC,
      name: prefix + change.name,
      configEntries: toEntries(change.config)
    }))
    await admin.alterConfigs({ validateOnly: false, resources })
  }
}

/** A broker hears of what the controller has done a moment later: until then it would be planned again. */
const VISIBLE_WITHIN = { tries: 100, everyMs: 50 }

const untilVisible = async (plan: () => Promise<readonly TopicChange[]>): Promise<void> => {
  for (let tries = 0; tries < VISIBLE_WITHIN.tries; tries++) {
    if ((await plan()).every(change => change.kind === 'none')) return
    await systemClock.sleep(VISIBLE_WITHIN.everyMs)
  }
}

const planFor = async (
  admin: Admin,
  prefix: string,
  files: readonly TopicFile[],
  brokers: number
): Promise<readonly TopicChange[]> => {
  const actual = await readTopics(
    admin,
    files.map(file => prefix + file.name)
  )
  const unprefixed = new Map([...actual].map(([name, topic]) => [name.slice(prefix.length), topic]))
  return planTopics(files, unprefixed, brokers)
}

/**
 * Makes the cluster's topics as the files say, and returns what was (or with `dryRun` would be) done.
 * Changes nothing and throws `TS-SETUP` when a topic would have to shrink.
 */
export const applyTopics = (
  kafka: Kafka,
  prefix: string,
  files: readonly TopicFile[],
  dryRun: boolean
): Promise<readonly TopicChange[]> =>
  withAdmin(kafka, async admin => {
    const brokers = (await admin.describeCluster()).brokers.length
    const replan = () => planFor(admin, prefix, files, brokers)
    const plan = await replan()
    const refused = plan.filter(change => change.kind === 'refuse')
    if (refused.length > 0) {
      const lines = refused.map(change => `${prefix}${change.name} ${change.lines.join(', ')}`)
      throw new TickstreamError('TS-KAFKA-TOPIC', `nothing was changed: ${lines.join('; ')}`)
    }
    if (dryRun || plan.every(change => change.kind === 'none')) return plan
    await carryOut(admin, prefix, plan, replicasFor(brokers))
    await untilVisible(replan)
    return plan
  })

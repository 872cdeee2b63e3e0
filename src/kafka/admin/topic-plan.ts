import { settingInWords } from './config-words.ts'
import type { TopicFile } from './topic-files.ts'
import { partitionLimit } from './topic-settings.ts'

/** A topic as the cluster has it; `config` holds what was set on the topic itself, not the broker's defaults. */
export type ActualTopic = { readonly partitions: number; readonly config: Readonly<Record<string, string>> }

/** What has to be done to one topic so that it is as its file says. */
export type TopicChange = {
  /** Without the prefix. */
  readonly name: string
  readonly kind: 'create' | 'alter' | 'none' | 'refuse'
  /** Partitions that it has afterwards. */
  readonly partitions: number
  /** Partitions that it has now; 0 when it is to be created. */
  readonly partitionsNow: number
  /** The whole configuration to set; only for `create` and `alter`. */
  readonly config: Readonly<Record<string, string>>
  /** One line a difference, for people. */
  readonly lines: readonly string[]
}

const MAX_REPLICAS = 3

/** Three replicas where there are three brokers, and then a write counts when two have it. */
export const replicasFor = (brokers: number): number => Math.min(MAX_REPLICAS, Math.max(1, brokers))

const wantedConfig = (file: TopicFile, partitions: number, brokers: number): Record<string, string> => ({
  ...(replicasFor(brokers) === MAX_REPLICAS ? { 'min.insync.replicas': '2' } : {}),
  ...file.config,
  ...partitionLimit(file.retentionBytes, partitions)
})

const differences = (wanted: Readonly<Record<string, string>>, actual: ActualTopic): string[] =>
  Object.entries(wanted)
    .filter(([name, value]) => actual.config[name] !== value)
    .map(([name, value]) => {
      const now = actual.config[name]
      return `${name} ${now === undefined ? 'default' : settingInWords(name, now)} -> ${settingInWords(name, value)}`
    })

const refusal = (file: TopicFile, wanted: number, now: number): string =>
  `has ${now} partitions and topics/${file.name}.json wants ${wanted}: Kafka cannot take partitions away. ` +
  `Set "partitions": ${now} in the file, or delete the topic first`

const create = (file: TopicFile, partitions: number, config: Record<string, string>): TopicChange => ({
  name: file.name,
  kind: 'create',
  partitions,
  partitionsNow: 0,
  config,
  lines: [`${partitions} partition${partitions === 1 ? '' : 's'}`]
})

const compare = (
  file: TopicFile,
  partitions: number,
  wanted: Record<string, string>,
  now: ActualTopic
): TopicChange => {
  const common = { name: file.name, partitionsNow: now.partitions }
  if (partitions < now.partitions) {
    const lines = [refusal(file, partitions, now.partitions)]
    return { ...common, kind: 'refuse', partitions: now.partitions, config: {}, lines }
  }
  const grown = partitions > now.partitions ? [`partitions ${now.partitions} -> ${partitions}`] : []
  const lines = [...grown, ...differences(wanted, now)]
  const kind = lines.length === 0 ? 'none' : 'alter'
  return { ...common, kind, partitions, config: { ...now.config, ...wanted }, lines }
}

/** What `topics apply` has to do, one entry a file; pure. A co-partitioned topic follows the count that the other one really gets. */
export const planTopics = (
  files: readonly TopicFile[],
  actual: ReadonlyMap<string, ActualTopic>,
  brokers: number
): readonly TopicChange[] => {
  const byName = new Map(files.map(file => [file.name, file]))
  const partitionsOf = (file: TopicFile): number => {
    const leader = file.copartitionedWith === undefined ? undefined : byName.get(file.copartitionedWith)
    return leader ? Math.max(leader.partitions, actual.get(leader.name)?.partitions ?? 0) : file.partitions
  }
  return files.map(file => {
    const now = actual.get(file.name)
    const partitions = partitionsOf(file)
    const config = wantedConfig(file, partitions, brokers)
    return now ? compare(file, partitions, config, now) : create(file, partitions, config)
  })
}

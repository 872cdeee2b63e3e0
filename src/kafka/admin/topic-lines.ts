import { TickstreamError } from '../../market/error.ts'
import { settingInWords } from './config-words.ts'
import type { TopicFile } from './topic-files.ts'
import type { TopicChange } from './topic-plan.ts'
import type { TopicView } from './topic-view.ts'

const DONE = { create: 'created', alter: 'altered', none: 'unchanged', refuse: 'refused' } as const
const PLANNED = { ...DONE, create: 'would create', alter: 'would alter' } as const

const MOVED_KEYS =
  'Keys of a topic with more partitions live elsewhere from now on: stop the stages before, and start again with a fresh TOPIC_PREFIX or replay into it.'

const changeLine = (prefix: string, change: TopicChange, dryRun: boolean): string => {
  const verb = (dryRun ? PLANNED : DONE)[change.kind]
  return `${verb} ${prefix}${change.name}${change.lines.length > 0 ? `: ${change.lines.join(', ')}` : ''}`
}

const summary = (config: Readonly<Record<string, string>>): string =>
  Object.entries(config)
    .map(([name, value]) => `${name}=${settingInWords(name, value)}`)
    .join(', ')

/** One line of `topics list`; what is no contract with readers outside says what it is for. */
export const listLine = (view: TopicView, kind = 'records'): string =>
  view.exists
    ? `${view.name.padEnd(26)} ${kind.padEnd(11)} ${String(view.partitions.length).padStart(10)} ${String(view.records).padStart(12)}  ${summary(view.config)}`
    : `${view.name.padEnd(26)} is missing; run \`tickstream topics apply\``

/** What `topics apply` prints. */
export const changeLines = (prefix: string, plan: readonly TopicChange[], dryRun: boolean): readonly string[] => [
  ...plan.map(change => changeLine(prefix, change, dryRun)),
  ...(plan.some(change => change.kind === 'alter' && change.partitions > change.partitionsNow) ? [MOVED_KEYS] : [])
]

const HEAD = `${'topic'.padEnd(26)} ${'kind'.padEnd(11)} ${'partitions'.padStart(10)} ${'records'.padStart(12)}  configuration`

/** What `topics list` prints; views in the order of the files. */
export const listLines = (
  views: readonly TopicView[],
  files: readonly TopicFile[],
  asJson: boolean
): readonly string[] =>
  asJson
    ? views.map((view, at) => JSON.stringify({ ...view, internal: files[at]?.internal ?? null }))
    : [HEAD, ...views.map((view, at) => listLine(view, files[at]?.internal))]

/** What `topics describe` prints. Throws `TS-KAFKA-TOPIC` where the cluster does not have it. */
export const topicLines = (view: TopicView | undefined, file: TopicFile, asJson: boolean): readonly string[] => {
  if (!view?.exists)
    throw new TickstreamError(
      'TS-KAFKA-TOPIC',
      `topic ${view?.name ?? file.name} is missing; run \`tickstream topics apply\``
    )
  return asJson
    ? [JSON.stringify({ ...view, internal: file.internal ?? null, example: file.example })]
    : describeLines(view, file)
}

const describeLines = (view: TopicView, { internal, example }: TopicFile): readonly string[] => [
  `${view.name}: ${internal ?? 'records'}, ${view.partitions.length} partitions, ${view.records} records`,
  ...view.partitions.map(at => `  partition ${at.partition}: offsets ${at.low}..${at.high}`),
  ...Object.entries(view.config).map(([name, value]) => `  ${name}=${settingInWords(name, value)}`),
  `example, key ${example.key}:`,
  JSON.stringify(example.value, null, 2)
]

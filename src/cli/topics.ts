import { applyTopics } from '../kafka/admin/apply-topics.ts'
import { settingInWords } from '../kafka/admin/config-words.ts'
import { readTopicFiles, type TopicFile } from '../kafka/admin/topic-files.ts'
import type { TopicChange } from '../kafka/admin/topic-plan.ts'
import { withTopicSettings } from '../kafka/admin/topic-settings.ts'
import { findTopicFile, type TopicView, viewTopics } from '../kafka/admin/topic-view.ts'
import { createKafka } from '../kafka/client/client.ts'
import { TickstreamError } from '../market/error.ts'
import type { Command, Context } from './run/command.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const client = ({ config, log }: Context) => createKafka(config.kafka, 'topics', log)

const wantedTopics = ({ config }: Context) => withTopicSettings(readTopicFiles(), config.topics)

const DONE = { create: 'created', alter: 'altered', none: 'unchanged', refuse: 'refused' } as const
const PLANNED = { ...DONE, create: 'would create', alter: 'would alter' } as const

const changeLine = (prefix: string, change: TopicChange, dryRun: boolean): string => {
  const verb = (dryRun ? PLANNED : DONE)[change.kind]
  return `${verb} ${prefix}${change.name}${change.lines.length > 0 ? `: ${change.lines.join(', ')}` : ''}`
}

const MOVED_KEYS =
  'Keys of a topic with more partitions live elsewhere from now on: stop the stages before, and start again with a fresh TOPIC_PREFIX or replay into it.'

const apply: Command = {
  name: 'topics apply',
  summary:
    'create or alter topics as topics/*.json and TOPIC_RETENTION, TOPIC_RETENTION_BYTES and TOPIC_COMPRESSION say',
  usage:
    '--dry-run   say what would be changed and change nothing\nSettings win over the files. A setting that is taken back leaves what the files do not name as it is: TOPIC_RETENTION_BYTES=raw_ticks=unlimited takes a limit away.',
  options: { 'dry-run': { type: 'boolean' } },
  run: async context => {
    const prefix = context.config.topicPrefix
    const dryRun = context.values['dry-run'] === true
    const plan = await applyTopics(client(context), prefix, wantedTopics(context), dryRun)
    for (const change of plan) print(changeLine(prefix, change, dryRun))
    if (plan.some(change => change.kind === 'alter' && change.partitions > change.partitionsNow)) print(MOVED_KEYS)
    return 0
  }
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

const list: Command = {
  name: 'topics list',
  summary: 'topics with what they are for, partitions, records and configuration',
  usage: '--json   one JSON object a line',
  options: { json: { type: 'boolean' } },
  run: async context => {
    const files = readTopicFiles()
    const names = files.map(file => file.name)
    const views = await viewTopics(client(context), context.config.topicPrefix, names)
    const internal = (at: number): string | undefined => files[at]?.internal
    if (context.values.json === true)
      for (const [at, view] of views.entries()) print(JSON.stringify({ ...view, internal: internal(at) ?? null }))
    else {
      print(
        `${'topic'.padEnd(26)} ${'kind'.padEnd(11)} ${'partitions'.padStart(10)} ${'records'.padStart(12)}  configuration`
      )
      for (const [at, view] of views.entries()) print(listLine(view, internal(at)))
    }
    return 0
  }
}

const describe: Command = {
  name: 'topics describe',
  summary: 'one topic: offsets of its partitions, configuration, an example record',
  usage: 'NAME     the topic, without the prefix\n--json   one JSON object',
  options: { json: { type: 'boolean' } },
  positionals: 1,
  run: async context => {
    const [name] = context.positionals
    if (name === undefined) throw new TickstreamError('TS-CONFIG', 'name a topic: tickstream topics describe raw_ticks')
    const file = findTopicFile(readTopicFiles(), name)
    const [view] = await viewTopics(client(context), context.config.topicPrefix, [file.name])
    if (!view?.exists) {
      throw new TickstreamError(
        'TS-KAFKA-TOPIC',
        `topic ${view?.name ?? name} is missing; run \`tickstream topics apply\``
      )
    }
    if (context.values.json === true)
      print(JSON.stringify({ ...view, internal: file.internal ?? null, example: file.example }))
    else printTopic(view, file)
    return 0
  }
}

const printTopic = (view: TopicView, { internal, example }: TopicFile): void => {
  print(`${view.name}: ${internal ?? 'records'}, ${view.partitions.length} partitions, ${view.records} records`)
  for (const at of view.partitions) print(`  partition ${at.partition}: offsets ${at.low}..${at.high}`)
  for (const [name, value] of Object.entries(view.config)) print(`  ${name}=${settingInWords(name, value)}`)
  print(`example, key ${example.key}:`)
  print(JSON.stringify(example.value, null, 2))
}

export const commands: readonly Command[] = [apply, list, describe]

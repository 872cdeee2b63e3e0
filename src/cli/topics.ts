import { applyTopics } from '../kafka/admin/apply-topics.ts'
import { readTopicFiles } from '../kafka/admin/topic-files.ts'
import { changeLines, listLines, topicLines } from '../kafka/admin/topic-lines.ts'
import { withTopicSettings } from '../kafka/admin/topic-settings.ts'
import { findTopicFile, viewTopics } from '../kafka/admin/topic-view.ts'
import { createKafka } from '../kafka/client/client.ts'
import type { Command, Context } from './run/command.ts'

const print = (lines: readonly string[]): 0 => {
  process.stdout.write(lines.map(line => `${line}\n`).join(''))
  return 0
}

const client = ({ config, log }: Context) => createKafka(config.kafka, 'topics', log)

const wantedTopics = ({ config }: Context) => withTopicSettings(readTopicFiles(), config.topics)

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
    return print(changeLines(prefix, plan, dryRun))
  }
}

const list: Command = {
  name: 'topics list',
  summary: 'topics with what they are for, partitions, records and configuration',
  usage: '--json   one JSON object a line',
  options: { json: { type: 'boolean' } },
  run: async context => {
    const files = readTopicFiles()
    const names = files.map(file => file.name)
    const views = await viewTopics(client(context), context.config.topicPrefix, names)
    return print(listLines(views, files, context.values.json === true))
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
    const file = findTopicFile(readTopicFiles(), name)
    const [view] = await viewTopics(client(context), context.config.topicPrefix, [file.name])
    return print(topicLines(view, file, context.values.json === true))
  }
}

export const commands: readonly Command[] = [apply, list, describe]

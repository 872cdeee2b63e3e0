import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TickstreamError } from '../../market/error.ts'
import { TOPIC_CODECS } from '../../runtime/config/read-topic-settings.ts'

/**
 * What a topic between stages is for. `changelog`: the state of a stage, from which it is restored. `repartition`: records on their way to
 * the partition of another key. `broadcast`: the same records in every partition. `clock`: what time it is. `retry`: what waits for another
 * try. `position`: how far something has come that is no consumer group.
 */
const INTERNAL = ['changelog', 'repartition', 'broadcast', 'clock', 'retry', 'position'] as const

const schema = z.strictObject({
  internal: z.enum(INTERNAL).optional(),
  partitions: z.int().positive(),
  copartitionedWith: z.string().optional(),
  config: z.intersection(
    z.record(z.string(), z.string()),
    z.looseObject({ 'compression.type': z.enum(TOPIC_CODECS).optional() })
  ),
  example: z.strictObject({ key: z.string(), value: z.record(z.string(), z.unknown()) })
})

/** One `topics/NAME.json`: what the broker has to know of a topic, and a record as its readers see it. */
export type TopicFile = {
  /** Without the prefix. */
  readonly name: string
  /** What it is for, where it is no contract with readers outside. */
  readonly internal?: (typeof INTERNAL)[number] | undefined
  readonly partitions: number
  /** A topic whose real partition count this one takes over, so that one stage can read both. */
  readonly copartitionedWith?: string | undefined
  readonly config: Readonly<Record<string, string>>
  /** Of all its partitions together, of one replica, where an operator limits them; -1: without a limit. */
  readonly retentionBytes?: number | undefined
  readonly example: { readonly key: string; readonly value: Readonly<Record<string, unknown>> }
}

const FOLDER = join(import.meta.dirname, '../../../topics')

const parse = (folder: string, file: string): TopicFile => {
  const name = file.slice(0, -'.json'.length)
  try {
    return { name, ...schema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))) }
  } catch (cause) {
    throw new TickstreamError('TS-CONFIG', `topics/${file} is not a topic file: ${String(cause)}`, { cause })
  }
}

/** Every topic file, by name. Throws `TS-CONFIG` that names the file that cannot be read. */
export const readTopicFiles = (folder = FOLDER): readonly TopicFile[] =>
  readdirSync(folder)
    .filter(file => file.endsWith('.json'))
    .sort()
    .map(file => parse(folder, file))

import { TickstreamError } from '../../market/error.ts'
import type { TopicSettings } from '../../runtime/config/config.ts'
import { nearest } from '../../runtime/config/nearest.ts'
import { gaps } from '../../topics.ts'
import type { TopicFile } from './topic-files.ts'

/** Of a topic's retention, so much is one segment: the broker deletes whole segments, and none that it still writes to. */
const SEGMENT_SHARE = 1 / 4
/** The broker's defaults. */
const SEGMENT_MS = 604_800_000
const SEGMENT_BYTES = 2 ** 30
/** A segment holds the largest record of any topic. */
const MIN_SEGMENT_BYTES = 16 * 2 ** 20
const MIN_SEGMENT_MS = 60_000

const isCompacted = (file: TopicFile): boolean => file.config['cleanup.policy'] === 'compact'

const unknown = (setting: string, name: string, names: readonly string[]): string => {
  const near = nearest(name, names)
  const advice = near.length > 0 ? `did you mean ${near.join(' or ')}?` : '`tickstream topics list` names them'
  return `${setting}: there is no topic "${name}"; ${advice}`
}

const problemsOf = (files: readonly TopicFile[], settings: TopicSettings): readonly string[] => {
  const byName = new Map(files.map(file => [file.name, file]))
  const problems = (
    setting: string,
    entries: ReadonlyMap<string, unknown>,
    takesCompacted: (name: string) => boolean
  ) =>
    [...entries.keys()].flatMap(name => {
      const file = byName.get(name)
      if (!file) return [unknown(setting, name, [...byName.keys()])]
      if (!isCompacted(file) || takesCompacted(name)) return []
      return [
        `${setting}: ${name} is compacted: it keeps the newest record of each key, whatever its age; leave it out`
      ]
    })
  return [
    ...problems('TOPIC_RETENTION', settings.retentionMs, name => name === gaps.name),
    ...gapsProblem(settings.retentionMs.get(gaps.name)),
    ...problems('TOPIC_RETENTION_BYTES', settings.retentionBytes, () => false),
    ...problems('TOPIC_COMPRESSION', settings.compression, () => true)
  ]
}

/** The gateway answers of the last day without the database. */
const MIN_GAPS_MS = 86_400_000

const gapsProblem = (ms = -1): readonly string[] =>
  ms < 0 || ms >= MIN_GAPS_MS
    ? []
    : ['TOPIC_RETENTION: gaps keeps what was filled for a day at least; set it to gaps=1d or more']

const keptFor = (file: TopicFile, ms: number | undefined): Record<string, string> => {
  if (ms === undefined || isCompacted(file)) return {}
  const segmentMs = Math.max(MIN_SEGMENT_MS, Math.floor(ms * SEGMENT_SHARE))
  const usual = Number(file.config['segment.ms'] ?? SEGMENT_MS)
  return { 'retention.ms': String(ms), ...(ms > 0 && segmentMs < usual ? { 'segment.ms': String(segmentMs) } : {}) }
}

/**
 * Topic files with what the operator's settings say in place of theirs. How long `gaps` keeps what was filled is done by ingest, not by the
 * broker. Throws one `TS-CONFIG` with every name that is no topic, or is one that has no retention.
 */
export const withTopicSettings = (files: readonly TopicFile[], settings: TopicSettings): readonly TopicFile[] => {
  const problems = problemsOf(files, settings)
  if (problems.length > 0)
    throw new TickstreamError('TS-CONFIG', `settings that cannot be used:\n${problems.map(p => `  ${p}`).join('\n')}`)
  return files.map(file => {
    const codec = settings.compression.get(file.name)
    const retentionBytes = settings.retentionBytes.get(file.name)
    return {
      ...file,
      config: {
        ...file.config,
        ...keptFor(file, settings.retentionMs.get(file.name)),
        ...(codec === undefined ? {} : { 'compression.type': codec })
      },
      ...(retentionBytes === undefined ? {} : { retentionBytes })
    }
  })
}

/** Kafka limits the bytes of each partition. Pure. */
export const partitionLimit = (retentionBytes: number | undefined, partitions: number): Record<string, string> => {
  if (retentionBytes === undefined) return {}
  if (retentionBytes < 0) return { 'retention.bytes': '-1' }
  const limit = Math.max(1, Math.floor(retentionBytes / partitions))
  const segment = Math.max(MIN_SEGMENT_BYTES, Math.floor(limit * SEGMENT_SHARE))
  return { 'retention.bytes': String(limit), ...(segment < SEGMENT_BYTES ? { 'segment.bytes': String(segment) } : {}) }
}

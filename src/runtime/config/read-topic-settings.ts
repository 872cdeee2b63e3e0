import type { TopicSettings } from './config.ts'
import { parseBytes, parseList, parseNamed, parseOneOf, parseRetention, wrongEntries } from './parse-setting.ts'
import type { SettingsReader } from './settings.ts'

/** Values of Kafka's `compression.type`. */
export const TOPIC_CODECS = ['producer', 'zstd', 'gzip', 'lz4', 'snappy', 'uncompressed'] as const

/** How topics are kept. Which topics there are is known where they are made: a name is looked up there. */
export const topicSettings = (from: SettingsReader): TopicSettings => {
  const named = <T>(
    setting: string,
    allowed: string,
    parse: (text: string) => T | undefined
  ): ReadonlyMap<string, T> => {
    const entry = parseNamed(parse)
    const entries = from.read<readonly (readonly [string, T])[]>({
      name: setting,
      fallback: [],
      allowed,
      parse: parseList(entry),
      wrongPart: wrongEntries(entry)
    })
    const names = entries.map(([name]) => name)
    const twice = names.find((name, at) => names.indexOf(name) !== at)
    if (twice !== undefined) from.complain(`${setting}: ${twice} is named twice; keep one of them`)
    return new Map(entries)
  }
  return {
    retentionMs: named(
      'TOPIC_RETENTION',
      'topic=duration, such as raw_ticks=14d or raw_ticks=forever, with commas between',
      parseRetention
    ),
    retentionBytes: named(
      'TOPIC_RETENTION_BYTES',
      'topic=bytes, such as raw_ticks=50GiB or raw_ticks=unlimited, with commas between',
      parseBytes
    ),
    compression: named(
      'TOPIC_COMPRESSION',
      `topic=codec with commas between; codecs are ${TOPIC_CODECS.join(', ')}`,
      parseOneOf(TOPIC_CODECS)
    )
  }
}

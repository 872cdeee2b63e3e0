import { type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'
import { rawFrames } from '../../topics.ts'

/** Names in a lake. A file is named by the offsets that it was made from, so that one name never means two contents. */

/** What a lake holds, by the topic that it comes from; each has a folder and a manifest of its own. */
export const TABLES = ['raw_ticks', 'raw_frames'] as const
export type TableName = (typeof TABLES)[number]

/** The table that a topic fills, by the broker's name of it. */
export const tableOf = (topic: string): TableName => (topic.endsWith(rawFrames.name) ? 'raw_frames' : 'raw_ticks')

export const manifestOf = (table: TableName): string => `${table}/_manifest`

/** Offsets of a partition, both inclusive; `made` counts how often its topic was made anew, and its offsets began again. */
export type OffsetSpan = TopicPartition & { readonly topicEpoch: number; readonly first: number; readonly last: number }

const DIGITS = 20
const padded = (offset: number): string => String(offset).padStart(DIGITS, '0')
const topicEpochSuffix = (topicEpoch: number): string => (topicEpoch === 0 ? '' : `-made${topicEpoch}`)
const spanName = ({ first, last, topicEpoch }: OffsetSpan): string =>
  `${padded(first)}-${padded(last)}${topicEpochSuffix(topicEpoch)}`

export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

const inDay = (span: OffsetSpan, folders: string, date: string): string =>
  `${tableOf(span.topic)}/${folders}/date=${date}/${span.topic}-${span.partition}-${spanName(span)}.parquet`

/** Where the trades of one instrument and UTC day are, of those that stand at some offsets. */
export const tradePath = (span: OffsetSpan, exchange: string, symbol: string, date: string): string =>
  inDay(span, `exchange=${exchange}/symbol=${symbol.replaceAll('/', '-')}`, date)

/** Where the frames of one exchange and UTC day are. */
export const framePath = (span: OffsetSpan, exchange: string, date: string): string =>
  inDay(span, `exchange=${exchange}`, date)

export const manifestFolder = (topicPartition: TopicPartition): string =>
  `${manifestOf(tableOf(topicPartition.topic))}/${topicPartitionKey(topicPartition)}`

export const entryPath = (span: OffsetSpan): string => `${manifestFolder(span)}/${spanName(span)}.json`

const NAME = String.raw`(\d{20})-(\d{20})(?:-made(\d+))?`
const ENTRY = new RegExp(`^(?:${TABLES.join('|')})/_manifest/([^/]+)/(\\d+)/${NAME}\\.json$`)
const FILE = new RegExp(
  `^(?:${TABLES.join('|')})/exchange=[^/]+/(?:symbol=[^/]+/)?date=[^/]+/(.+)-(\\d+)-${NAME}\\.parquet$`
)

const spanOfMatch = (match: RegExpExecArray | null): OffsetSpan | null => {
  if (!match) return null
  const [, topic, partition, first, last, topicEpoch = 0] = match
  return {
    topic: topic!,
    partition: Number(partition),
    first: Number(first),
    last: Number(last),
    topicEpoch: Number(topicEpoch)
  }
}

/** null for what is no entry of a manifest. */
export const parseEntryPath = (path: string): OffsetSpan | null => spanOfMatch(ENTRY.exec(path))

/** The offsets that a file was made from; null for what is no file of a table. */
export const parseFilePath = (path: string): OffsetSpan | null => spanOfMatch(FILE.exec(path))

import { type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'
import { rawFrames } from '../../topics.ts'

/** Names in a lake. A file is named by the offsets that it was made from, so that one name never means two contents. */

/** What a lake holds, by the topic that it comes from; each has a folder and a manifest of its own. */
export const TABLES = ['raw_ticks', 'raw_frames'] as const
export type TableName = (typeof TABLES)[number]

/** The table that a topic fills, by the broker's name of it. */
export const tableOf = (topic: string): TableName => (topic.endsWith(rawFrames.name) ? 'raw_frames' : 'raw_ticks')

/** Beside the folders of the tables, so that whoever scans one of those finds rows alone. */
const MANIFEST = '_manifest'

const manifestOf = (table: TableName): string => `${MANIFEST}/${table}`

/** Where an earlier version had it, whose entries are read as well until `compactDay` has brought them along. */
const manifestBefore = (table: TableName): string => `${table}/${MANIFEST}`

/** The folders that hold entries of a table. */
export const manifestsOf = (table: TableName): readonly string[] => [manifestOf(table), manifestBefore(table)]

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
  inDay(span, `venue=${exchange}/symbol=${symbol.replaceAll('/', '-')}`, date)

/** Where the frames of one exchange and UTC day are. */
export const framePath = (span: OffsetSpan, exchange: string, date: string): string =>
  inDay(span, `venue=${exchange}`, date)

/** The folders that hold entries of a partition. */
export const manifestFolders = (topicPartition: TopicPartition): readonly string[] =>
  manifestsOf(tableOf(topicPartition.topic)).map(folder => `${folder}/${topicPartitionKey(topicPartition)}`)

const entryIn = (folder: string, span: OffsetSpan): string =>
  `${folder}/${topicPartitionKey(span)}/${spanName(span)}.json`

export const entryPath = (span: OffsetSpan): string => entryIn(manifestOf(tableOf(span.topic)), span)

/** Where an earlier version had it. */
export const entryPathBefore = (span: OffsetSpan): string => entryIn(manifestBefore(tableOf(span.topic)), span)

const NAME = String.raw`(\d{20})-(\d{20})(?:-made(\d+))?`
const TABLE = `(?:${TABLES.join('|')})`
const ENTRY = new RegExp(`^(?:${MANIFEST}/${TABLE}|${TABLE}/${MANIFEST})/([^/]+)/(\\d+)/${NAME}\\.json$`)
/** The key of an exchange was once the name of a column, which few readers take. */
const FILE = new RegExp(
  `^${TABLE}/(?:venue|exchange)=[^/]+/(?:symbol=[^/]+/)?date=[^/]+/(.+)-(\\d+)-${NAME}\\.parquet$`
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

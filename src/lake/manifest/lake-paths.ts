import type { TopicPartition } from '../../stream/sink.ts'

/** Names in a lake. A file is named by the offsets that it was made from, so that one name never means two contents. */

export const ROOT = 'raw_ticks'
export const MANIFEST = `${ROOT}/_manifest`

/** Offsets of a partition, both inclusive; `made` counts how often its topic was made anew, and its offsets began again. */
export type OffsetSpan = TopicPartition & { readonly made: number; readonly first: number; readonly last: number }

const DIGITS = 20
const padded = (offset: number): string => String(offset).padStart(DIGITS, '0')
const madeSuffix = (made: number): string => (made === 0 ? '' : `-made${made}`)
const spanName = ({ first, last, made }: OffsetSpan): string => `${padded(first)}-${padded(last)}${madeSuffix(made)}`

export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** Where the trades of one instrument and UTC day are, of those that stand at some offsets. */
export const filePath = (span: OffsetSpan, exchange: string, symbol: string, date: string): string =>
  `${ROOT}/exchange=${exchange}/symbol=${symbol.replaceAll('/', '-')}/date=${date}/${span.topic}-${span.partition}-${spanName(span)}.parquet`

export const manifestFolder = ({ topic, partition }: TopicPartition): string => `${MANIFEST}/${topic}/${partition}`

export const entryPath = (span: OffsetSpan): string => `${manifestFolder(span)}/${spanName(span)}.json`

const ENTRY = new RegExp(`^${MANIFEST}/([^/]+)/(\\d+)/(\\d{20})-(\\d{20})(?:-made(\\d+))?\\.json$`)

/** null for what is no entry of a manifest. */
export const parseEntryPath = (path: string): OffsetSpan | null => spanOfMatch(ENTRY.exec(path))

const spanOfMatch = (match: RegExpExecArray | null): OffsetSpan | null => {
  if (!match) return null
  const [, topic, partition, first, last, made = 0] = match
  return { topic: topic!, partition: Number(partition), first: Number(first), last: Number(last), made: Number(made) }
}

const FILE =
  /^raw_ticks\/exchange=[^/]+\/symbol=[^/]+\/date=[^/]+\/(.+)-(\d+)-(\d{20})-(\d{20})(?:-made(\d+))?\.parquet$/

/** The offsets that a file of trades was made from; null for what is no such file. */
export const parseFilePath = (path: string): OffsetSpan | null => spanOfMatch(FILE.exec(path))

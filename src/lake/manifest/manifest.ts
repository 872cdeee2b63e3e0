import { TickstreamError } from '../../market/error.ts'
import { type LogIdentity, readLogIdentity } from '../../stream/log-identity.ts'
import { type TopicPartition, topicPartitionKey } from '../../stream/sink.ts'
import type { LakeStore, StoredObject } from '../store/lake-store.ts'
import {
  entryPath,
  entryPathBefore,
  manifestFolders,
  manifestsOf,
  type OffsetSpan,
  parseEntryPath,
  type TableName,
  tableOf
} from './lake-paths.ts'

/** A Parquet file of a lake. Its path is below LAKE_DIR. */
export type StoredFile = {
  readonly path: string
  readonly exchange: string
  /** UTC day of what it holds. */
  readonly date: string
  readonly rows: number
  readonly bytes: number
  readonly firstOffset: number
  readonly lastOffset: number
  readonly minTime: number
  readonly maxTime: number
  /** Rows that came again and were left out. */
  readonly duplicates: number
}

/** A file of messages of an exchange's connections, by the times they were received. */
export type FrameFile = StoredFile

/** A file of trades, and which. */
export type LakeFile = StoredFile & {
  readonly instrument: string
  /** Runs of the numbers that go up by one from trade to trade (sequences, else ids), inclusive, ascending; null where there are none. */
  readonly ids: readonly (readonly [from: string, to: string])[] | null
  readonly minId: string | null
  readonly maxId: string | null
}

type FilesOf = { readonly raw_ticks: LakeFile; readonly raw_frames: FrameFile }

/** A file of a table. */
export type FileOf<T extends TableName> = FilesOf[T]

/** Says that what stood at some offsets of a partition stands in these files: all of it, and in no others. */
export type LakeEntry<T extends TableName = TableName> = {
  /** 1: files and entry lie and are as an earlier version had them, and wait for `compactDay` to bring them along. */
  readonly schema: `${T}/${1 | 2}`
  readonly topic: string
  readonly partition: number
  readonly made: number
  readonly firstOffset: number
  readonly lastOffset: number
  /** The log that the offsets are of; not in entries from before logs were told from each other. */
  readonly log?: LogIdentity
  readonly files: readonly FileOf<T>[]
}

/** The offsets that an entry speaks for. */
export const spanOf = ({ topic, partition, made, firstOffset, lastOffset }: LakeEntry): OffsetSpan => ({
  topic,
  partition,
  topicEpoch: made,
  first: firstOffset,
  last: lastOffset
})

export const isOfBefore = ({ schema }: LakeEntry): boolean => schema.endsWith('/1')

/** Where an entry stands. */
export const pathOfEntry = (entry: LakeEntry): string =>
  isOfBefore(entry) ? entryPathBefore(spanOf(entry)) : entryPath(spanOf(entry))

export const putEntry = (store: LakeStore, entry: LakeEntry, signal?: AbortSignal): Promise<void> =>
  store.put(pathOfEntry(entry), [Buffer.from(`${JSON.stringify(entry)}\n`)], signal)

/** True when one span of a series lies in another one. */
export const isWithin = (inner: OffsetSpan, outer: OffsetSpan): boolean =>
  inner.first >= outer.first && inner.last <= outer.last

/** Where a partition's offsets begin again, their spans have nothing to do with those of before. */
export const seriesKey = (span: OffsetSpan): string => `${topicPartitionKey(span)}/${span.topicEpoch}`

/** The offsets of an entry, and where it stands. */
type ListedSpan = OffsetSpan & { readonly path: string; readonly isOfBefore: boolean }

const byOffset = (a: ListedSpan, b: ListedSpan): number =>
  a.first - b.first || b.last - a.last || Number(a.isOfBefore) - Number(b.isOfBefore)

/** In the order of offsets, without those that lie within another one, which says the same and more, or was brought along. */
const widest = (spans: readonly ListedSpan[]): readonly ListedSpan[] => {
  const outer: ListedSpan[] = []
  for (const span of spans.toSorted(byOffset)) {
    const last = outer.at(-1)
    if (!last || !isWithin(span, last)) outer.push(span)
  }
  return outer
}

/** The spans that count: an entry within another one was merged into it, or was overtaken by it. */
const liveSpans = (spans: readonly ListedSpan[]): readonly ListedSpan[] =>
  [...Map.groupBy(spans, seriesKey).values()].flatMap(widest)

/** All spans of a table, or of one partition; those of a partition by its folder alone, so that nothing has to be opened. */
export const listSpans = async (
  store: LakeStore,
  spansOf: TableName | TopicPartition
): Promise<readonly ListedSpan[]> => {
  const folders = typeof spansOf === 'string' ? manifestsOf(spansOf) : manifestFolders(spansOf)
  // Those of before first: one that is brought along meanwhile is in the other folder by then.
  const objects: StoredObject[] = []
  for (const folder of folders.toReversed()) objects.push(...(await store.list(folder)))
  return objects.flatMap(({ path }): readonly ListedSpan[] => {
    const span = parseEntryPath(path)
    return span ? [{ ...span, path, isOfBefore: path === entryPathBefore(span) }] : []
  })
}

const AT_ONCE = 16
const ATTEMPTS = 5

/** An entry says its own table, which is that of its path. */
const readEntry = async <T extends TableName>(
  store: LakeStore,
  { path, isOfBefore, topic }: ListedSpan
): Promise<LakeEntry<T> | null> => {
  const bytes = await store.get(path)
  if (bytes === null) return null
  try {
    const entry: LakeEntry<T> = JSON.parse(bytes.toString('utf8'))
    if (entry.schema === `${tableOf(topic)}/${isOfBefore ? 1 : 2}` && Array.isArray(entry.files)) return entry
  } catch {
    // It is told of below.
  }
  throw new TickstreamError('TS-LAKE-FILE', `${path} in ${store.url} is no entry of a manifest that this version reads`)
}

/** The log of an entry's offsets; null where it does not say. */
export const readEntryLog = async (store: LakeStore, span: ListedSpan): Promise<LogIdentity | null> =>
  readLogIdentity((await readEntry(store, span))?.log)

const readEntries = async <T extends TableName>(
  store: LakeStore,
  spans: readonly ListedSpan[]
): Promise<readonly (LakeEntry<T> | null)[]> => {
  const entries: (LakeEntry<T> | null)[] = []
  for (let at = 0; at < spans.length; at += AT_ONCE)
    entries.push(...(await Promise.all(spans.slice(at, at + AT_ONCE).map(span => readEntry<T>(store, span)))))
  return entries
}

/** The entries that count now. One that was merged away while they were read makes them be read again. */
export const liveEntries = async <T extends TableName>(
  store: LakeStore,
  table: T
): Promise<readonly LakeEntry<T>[]> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const entries = await readEntries<T>(store, liveSpans(await listSpans(store, table)))
    const found = entries.filter(entry => entry !== null)
    if (found.length === entries.length) return found
  }
  throw new TickstreamError('TS-LAKE-AWAY', `the manifest in ${store.url} changes faster than it can be read`)
}

/**
 * The files of trades that make up a lake, which is what its readers read: never a folder by pattern, where files stand that were merged
 * into others, or that no entry covers yet. A trade may stand in two of them where two owners wrote at once.
 */
export const liveFiles = async (store: LakeStore): Promise<readonly LakeFile[]> =>
  (await liveEntries(store, 'raw_ticks')).flatMap(entry => entry.files)

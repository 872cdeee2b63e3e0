import { TickstreamError } from '../../market/error.ts'
import type { OffsetSpan, TableName } from '../manifest/lake-paths.ts'
import {
  type FileOf,
  isOfBefore,
  type LakeEntry,
  liveEntries,
  pathOfEntry,
  putEntry,
  seriesKey,
  spanOf
} from '../manifest/manifest.ts'
import { type LakeStore, replacedPath } from '../store/lake-store.ts'
import { FRAMES, type Mergeable, TRADES } from './mergeable.ts'

/** What was made one of a partition's day. */
export type Compacted = {
  readonly topic: string
  readonly partition: number
  readonly firstOffset: number
  readonly lastOffset: number
  readonly entries: number
  readonly filesBefore: number
  readonly filesAfter: number
  readonly rows: number
  /** What the rows are. */
  readonly what: string
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

const newestDay = (entry: LakeEntry): string => entry.files.reduce((day, { date }) => (date > day ? date : day), '')

/** The entries of a partition by day: each belongs to the newest day that a trade up to it was of, so that days never interleave. */
const byDay = <T extends TableName>(entries: readonly LakeEntry<T>[]): ReadonlyMap<string, readonly LakeEntry<T>[]> => {
  let day = ''
  return Map.groupBy(entries, entry => {
    const newest = newestDay(entry)
    if (newest > day) day = newest
    return day
  })
}

/** Which days are to be compacted; the empty text is what came before the first trade. */
export type WantedDays = (date: string, entries: readonly LakeEntry[]) => boolean

const bytesOf = (entry: LakeEntry): number => sum(entry.files.map(file => file.bytes))

/**
 * Entries whose offsets join or overlap, as many as may become one. Over offsets that no entry speaks for, none may speak afterwards.
 * Those that overlap become one however large they are, since two may not speak for one offset.
 */
const joining = <T extends TableName>(
  entries: readonly LakeEntry<T>[],
  maxBytes: number
): readonly (readonly LakeEntry<T>[])[] => {
  const runs: LakeEntry<T>[][] = []
  let last = -1
  let bytes = 0
  for (const entry of entries) {
    bytes += bytesOf(entry)
    const run = runs.at(-1)
    const joins = entry.firstOffset <= last || (entry.firstOffset === last + 1 && bytes <= maxBytes)
    if (run && joins) run.push(entry)
    else {
      runs.push([entry])
      bytes = bytesOf(entry)
    }
    last = Math.max(last, entry.lastOffset)
  }
  return runs
}

const byOffset = <T extends { readonly firstOffset: number }>(a: T, b: T): number => a.firstOffset - b.firstOffset

const mergeFiles = async <T extends TableName, Row>(
  { nameOf, open, read }: Mergeable<T, Row>,
  store: LakeStore,
  span: OffsetSpan,
  parts: readonly FileOf<T>[],
  isAsNow: (file: FileOf<T>) => boolean,
  signal: AbortSignal
): Promise<FileOf<T>> => {
  const [first, ...others] = parts as readonly [FileOf<T>, ...FileOf<T>[]]
  if (others.length === 0 && isAsNow(first)) return first
  const into = open([first, ...others])
  for (const part of parts.toSorted(byOffset)) {
    signal.throwIfAborted()
    for await (const rows of await read(store, part)) for (const row of rows) into.add(row)
  }
  const { about, pieces } = into.finish(span)
  if (about.rows + about.duplicates !== sum(parts.map(part => part.rows)))
    throw new TickstreamError(
      'TS-LAKE-FILE',
      `the files of ${nameOf(first)} hold other rows than the manifest says; see \`tickstream lake check\``
    )
  await store.put(about.path, pieces, signal)
  return { ...about, duplicates: about.duplicates + sum(parts.map(part => part.duplicates)) }
}

/**
 * Takes what was replaced out of the way of scanners, who know no manifest; those who read it find it aside. Replaced entries last on, so
 * that whoever lists them page by page misses none; those of an earlier version go, since they stand in the way too. Where this is cut
 * short, `removeReplaced` ends it.
 */
const retire = async (store: LakeStore, before: readonly LakeEntry[], paths: ReadonlySet<string>): Promise<void> => {
  for (const entry of before.filter(isOfBefore)) await store.remove(pathOfEntry(entry))
  for (const { path } of before.flatMap(({ files }) => files))
    if (!paths.has(path)) await store.move(path, replacedPath(path))
}

/** Files first, and then, in one step for all readers, the entry that speaks for all of the offsets. */
const mergeEntries = async <T extends TableName, Row>(
  merging: Mergeable<T, Row>,
  store: LakeStore,
  entries: readonly LakeEntry<T>[],
  signal: AbortSignal
): Promise<Compacted> => {
  const { topic, partition, made, firstOffset } = entries[0]!
  const { lastOffset, log } = entries.reduce((last, entry) => (entry.lastOffset > last.lastOffset ? entry : last))
  const span = { topic, partition, topicEpoch: made, first: firstOffset, last: lastOffset }
  const before = entries.flatMap(entry => entry.files)
  const old = new Set(entries.filter(isOfBefore).flatMap(entry => entry.files))
  const files: FileOf<T>[] = []
  for (const parts of Map.groupBy(before, merging.nameOf).values())
    files.push(await mergeFiles(merging, store, span, parts, file => !old.has(file), signal))
  const entry: LakeEntry<T> = {
    schema: `${merging.table}/2`,
    ...{ topic, partition, made, firstOffset, lastOffset },
    ...(log ? { log } : {}),
    files
  }
  await putEntry(store, entry, signal)
  await retire(store, entries, new Set(files.map(({ path }) => path)))
  return {
    topic,
    partition,
    firstOffset,
    lastOffset,
    entries: entries.length,
    filesBefore: before.length,
    filesAfter: files.length,
    rows: sum(files.map(file => file.rows)),
    what: merging.rows
  }
}

const isInParts = (entries: readonly LakeEntry[]): boolean => entries.length > 1 || entries.some(isOfBefore)

async function* compactTable<T extends TableName, Row>(
  merging: Mergeable<T, Row>,
  store: LakeStore,
  isWanted: WantedDays,
  signal: AbortSignal
): AsyncGenerator<Compacted> {
  const series = Map.groupBy(await liveEntries(store, merging.table), entry => seriesKey(spanOf(entry)))
  const days = [...series.values()].flatMap(entries => [...byDay(entries.toSorted(byOffset))])
  for (const [, entries] of days.filter(([date, entries]) => isWanted(date, entries)))
    for (const run of joining(entries, merging.maxBytes).filter(isInParts))
      yield await mergeEntries(merging, store, run, signal)
}

/**
 * Makes one file an instrument and day, and of frames few an exchange and day, of those that the entries of some UTC days list, partition by
 * partition; what an earlier version wrote, it writes as this one does. Yields each as it is done. Whenever it is stopped, a lake holds what it held, and the next time it goes on: the same parts
 * give the same file under the same name.
 */
export async function* compactDays(
  store: LakeStore,
  isWanted: WantedDays,
  signal: AbortSignal
): AsyncGenerator<Compacted> {
  yield* compactTable(TRADES, store, isWanted, signal)
  yield* compactTable(FRAMES, store, isWanted, signal)
}

export const compactDay = (store: LakeStore, date: string, signal: AbortSignal): AsyncGenerator<Compacted> =>
  compactDays(store, day => day === date, signal)

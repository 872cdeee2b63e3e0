import { TickstreamError } from '../../market/error.ts'
import type { OffsetSpan } from '../manifest/lake-paths.ts'
import { type LakeEntry, type LakeFile, liveEntries, putEntry, seriesKey, spanOf } from '../manifest/manifest.ts'
import { openFile } from '../parquet/open-file.ts'
import { openTradeFile } from '../parquet/read-trade-file.ts'
import type { LakeStore } from '../store/lake-store.ts'

/** What was made one of a partition's day. */
export type Compacted = {
  readonly topic: string
  readonly partition: number
  readonly firstOffset: number
  readonly lastOffset: number
  readonly entries: number
  readonly filesBefore: number
  readonly filesAfter: number
  readonly trades: number
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

const newestDay = (entry: LakeEntry): string => entry.files.reduce((day, { date }) => (date > day ? date : day), '')

/** The entries of a partition that belong to a day: each to the newest day that a trade up to it was of, so that days never interleave. */
const entriesOf = (entries: readonly LakeEntry[], date: string): readonly LakeEntry[] => {
  let day = ''
  return entries.filter(entry => {
    const newest = newestDay(entry)
    if (newest > day) day = newest
    return day === date
  })
}

/** Entries whose offsets join or overlap. Over offsets that no entry speaks for, none may speak afterwards. */
const joining = (entries: readonly LakeEntry[]): readonly (readonly LakeEntry[])[] => {
  const runs: LakeEntry[][] = []
  let last = -1
  for (const entry of entries) {
    const run = runs.at(-1)
    if (run && entry.firstOffset <= last + 1) run.push(entry)
    else runs.push([entry])
    last = Math.max(last, entry.lastOffset)
  }
  return runs
}

const byOffset = <T extends { readonly firstOffset: number }>(a: T, b: T): number => a.firstOffset - b.firstOffset

const mergeFiles = async (
  store: LakeStore,
  span: OffsetSpan,
  parts: readonly LakeFile[],
  signal: AbortSignal
): Promise<LakeFile> => {
  const [{ exchange, instrument, date }, ...others] = parts as readonly [LakeFile]
  if (others.length === 0) return parts[0]!
  const into = openFile({ exchange, symbol: instrument }, date)
  for (const part of parts.toSorted(byOffset)) {
    signal.throwIfAborted()
    const file = await openTradeFile(store, part)
    for await (const rows of file.trades()) for (const row of rows) into.add(row)
  }
  const { about, pieces } = into.finish(span)
  if (about.rows + about.duplicates !== sum(parts.map(part => part.rows)))
    throw new TickstreamError(
      'TS-LAKE-FILE',
      `the files of ${exchange}:${instrument} on ${date} hold other rows than the manifest says; see \`tickstream lake check\``
    )
  await store.put(about.path, pieces, signal)
  return { ...about, duplicates: about.duplicates + sum(parts.map(part => part.duplicates)) }
}

/** Files first, and then, in one step for all readers, the entry that speaks for all of the offsets. */
const mergeEntries = async (
  store: LakeStore,
  entries: readonly LakeEntry[],
  signal: AbortSignal
): Promise<Compacted> => {
  const { schema, topic, partition, made, firstOffset } = entries[0]!
  const lastOffset = Math.max(...entries.map(entry => entry.lastOffset))
  const span = { topic, partition, made, first: firstOffset, last: lastOffset }
  const before = entries.flatMap(entry => entry.files)
  const files: LakeFile[] = []
  for (const parts of Map.groupBy(before, file => `${file.exchange}:${file.instrument}/${file.date}`).values())
    files.push(await mergeFiles(store, span, parts, signal))
  await putEntry(store, { schema, topic, partition, made, firstOffset, lastOffset, files }, signal)
  return {
    topic,
    partition,
    firstOffset,
    lastOffset,
    entries: entries.length,
    filesBefore: before.length,
    filesAfter: files.length,
    trades: sum(files.map(file => file.rows))
  }
}

/**
 * Makes one file an instrument and day of those that the entries of a UTC day list, partition by partition; yields each as it is done.
 * Whenever it is stopped, a lake holds what it held, and the next time it goes on: the same parts give the same file under the same name.
 */
export async function* compactDay(store: LakeStore, date: string, signal: AbortSignal): AsyncGenerator<Compacted> {
  const series = Map.groupBy(await liveEntries(store), entry => seriesKey(spanOf(entry)))
  for (const entries of series.values()) {
    const runs = joining(entriesOf(entries.toSorted(byOffset), date))
    for (const run of runs.filter(entries => entries.length > 1)) yield await mergeEntries(store, run, signal)
  }
}

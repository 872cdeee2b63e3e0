import { type IdRange, idsOf } from '../lake/manifest/id-ranges.ts'
import { liveFiles } from '../lake/manifest/manifest.ts'
import type { LakeStore } from '../lake/store/lake-store.ts'
import type { Instrument } from '../market/instrument.ts'
import { chainId } from '../market/records/feed/trade.ts'
import type { Clock } from '../runtime/clock.ts'
import type { LakeValue } from '../sink/lake/lake-buffer.ts'
import { type LakeRules, lakeSink } from '../sink/lake/lake-sink.ts'
import { type SinkBatch, topicPartitionKey } from '../stream/sink.ts'
import type { ArchiveFile } from './find-archives.ts'
import { type ArchiveForm, type ArchiveTrade, readArchive } from './read-archive.ts'

/** What became of an archive. */
export type Imported = {
  /** Its trades that are in the lake now and were not before this run. */
  readonly added: number
  /** Its trades whose ids the lake had already, from a stream or another archive. */
  readonly present: number
  /** Its trades that an earlier run of the same archive has taken. */
  readonly before: number
}

/** Where and how trades are stored. `rules`: when files are cut. */
export type LakeTarget = {
  readonly store: LakeStore
  readonly clock: Clock
  readonly rules: Partial<LakeRules>
  readonly signal: AbortSignal
}

/** A file of the lake says of which archive it is: its name and the beginning of its checksum stand where a topic's name does. */
export const sourceName = ({ name, sha256 }: ArchiveFile): string =>
  `${name.replace(/[^A-Za-z0-9._-]/g, '_')}.${sha256.slice(0, 16)}`

/** The ids that a lake holds of an instrument. */
const idsInLake = async (store: LakeStore, { exchange, symbol }: Instrument): Promise<readonly IdRange[]> => {
  const files = await liveFiles(store)
  return idsOf(files.filter(file => file.exchange === exchange && file.instrument === symbol)) ?? []
}

/** Whether ranges, which are joined and in order, hold an id. */
const holds = (ranges: readonly IdRange[], id: number): boolean => {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ranges[middle]!.to < id) low = middle + 1
    else high = middle
  }
  return low < ranges.length && ranges[low]!.from <= id
}

/**
 * Puts the trades of an archive into a lake, each once: those that it does not hold yet. Ended anywhere and run again, it goes on
 * behind the last files that the manifest covers. As much is in memory as one file takes.
 */
export const importArchive = async (
  file: ArchiveFile,
  form: ArchiveForm,
  { store, clock, rules, signal }: LakeTarget
): Promise<Imported> => {
  const place = { topic: sourceName(file), partition: 0 }
  const ids = await idsInLake(store, form.instrument)
  let isAtEnd = false
  // Files are cut by their size alone, and at the end.
  const monotonicMs = (): number => (isAtEnd ? Number.MAX_VALUE : 0)
  const sink = lakeSink({ ...store, close: () => undefined }, { ...clock, monotonicMs }, { ...rules, afterMs: 1 })
  const stored = (await sink.positions!([place])).get(topicPartitionKey(place))?.next ?? null
  const before = Number(stored ?? 0n)
  let [added, present, next] = [0, 0, stored]
  const put = async (values: SinkBatch<LakeValue>['values'], from: bigint | null, to: bigint): Promise<void> => {
    await sink.write({ values, advances: [{ ...place, stored: from, next: to }] }, signal)
  }
  const write = async (trades: readonly ArchiveTrade[]): Promise<void> => {
    const fresh = trades.filter(({ trade }) => !holds(ids, chainId(trade)))
    const values = fresh.map(({ at, trade }) => ({
      value: trade,
      record: { ...place, offset: String(at), timestamp: trade.time, key: null, value: null, headers: {} }
    }))
    const to = BigInt(trades.at(-1)!.at + 1)
    if (next === null) await put([], null, 0n)
    await put(values, next ?? 0n, to)
    next = to
    added += fresh.length
    present += trades.length - fresh.length
  }
  for await (const trades of readArchive(file.path, form, before)) if (trades.length > 0) await write(trades)
  isAtEnd = true
  await sink.write({ values: [], advances: [] }, signal)
  await sink.close()
  return { added, present, before }
}

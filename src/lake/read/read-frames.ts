import type { EpochMs } from '../../market/time.ts'
import type { ConnectionFrames, RawFrame } from '../../runtime/frames/frame-lines.ts'
import { type FrameFile, liveEntries, seriesKey, spanOf } from '../manifest/manifest.ts'
import type { FrameRow } from '../parquet/frame-file.ts'
import { openFrameFile } from '../parquet/read-frame-file.ts'
import type { LakeStore } from '../store/lake-store.ts'
import { type TimeRange, touches } from './ids-in-time-range.ts'
import { resumable } from './resumable-trades.ts'

/** Which messages are wanted: of some exchanges, by the times they were received. */
export type WantedFrames = TimeRange & { readonly exchanges: readonly string[] }

/** Messages of one exchange and day that stood in one partition: files in the order of their offsets. */
type Part = { readonly name: string; readonly date: string; readonly files: readonly FrameFile[] }

const listParts = async (store: LakeStore, wanted: WantedFrames): Promise<readonly Part[]> => {
  const entries = await liveEntries(store, 'raw_frames')
  const found = entries.flatMap(entry => entry.files.map(file => ({ series: seriesKey(spanOf(entry)), file })))
  const touched = found.filter(({ file }) => wanted.exchanges.includes(file.exchange) && touches(file, wanted))
  const byName = Map.groupBy(touched, ({ series, file }) => `${file.date}/${file.exchange}/${series}`)
  return [...byName]
    .map(([name, some]) => {
      const files = some.map(({ file }) => file).toSorted((a, b) => a.firstOffset - b.firstOffset)
      return { name, date: files[0]!.date, files }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** How much of the frames of a range a lake holds: rows of the files that touch it. */
export const countFrames = async (store: LakeStore, wanted: WantedFrames): Promise<number> =>
  (await listParts(store, wanted)).flatMap(({ files }) => files).reduce((sum, { rows }) => sum + rows, 0)

type KafkaRecord = ConnectionFrames & { readonly offset: number }

/** The records whose messages stand in a file, from an offset on; messages of one record stand together. */
async function* recordsOfFile(store: LakeStore, file: FrameFile, from: number): AsyncGenerator<KafkaRecord> {
  let first: FrameRow | null = null
  let frames: RawFrame[] = []
  const record = ({ exchange, connection, offset }: FrameRow) => ({ exchange, connection, frames, offset })
  for await (const rows of (await openFrameFile(store, file)).frames())
    for (const row of rows.filter(({ offset }) => offset >= from)) {
      if (first && first.offset !== row.offset) {
        yield record(first)
        frames = []
      }
      first = row
      frames.push(row.frame)
    }
  if (first) yield record(first)
}

/** The same of several files; a record that stands in two of them comes once. */
async function* recordsIn(store: LakeStore, files: readonly FrameFile[], from: number): AsyncGenerator<KafkaRecord> {
  let next = from
  for (const file of files.filter(({ lastOffset }) => lastOffset >= from))
    for await (const record of recordsOfFile(store, file, next)) {
      next = record.offset + 1
      yield record
    }
}

/** The same, also where compaction replaces and removes files meanwhile. */
const resumableRecords = (store: LakeStore, part: Part, wanted: WantedFrames): AsyncGenerator<KafkaRecord> =>
  resumable({
    files: part.files,
    list: async () => (await listParts(store, wanted)).find(({ name }) => name === part.name)?.files ?? [],
    from: 0,
    read: (files, from) => recordsIn(store, files, from),
    after: ({ offset }) => offset + 1
  })

type Cursor = { readonly records: AsyncGenerator<KafkaRecord>; head: KafkaRecord | null }

const beginOf = ({ head }: Cursor): EpochMs => head!.frames[0]!.receivedAt

const within = ({ exchange, connection, frames }: ConnectionFrames, { from, to }: TimeRange): ConnectionFrames => ({
  exchange,
  connection,
  frames: frames.filter(({ receivedAt }) => receivedAt >= from && receivedAt < to)
})

/** Records of several parts, those first whose first message came first. */
async function* inOrder(cursors: readonly Cursor[]): AsyncGenerator<KafkaRecord> {
  const advance = async (cursor: Cursor): Promise<void> => {
    const { done, value } = await cursor.records.next()
    cursor.head = done ? null : value
  }
  for (const cursor of cursors) await advance(cursor)
  for (;;) {
    const [first, ...others] = cursors.filter(({ head }) => head !== null)
    if (!first) return
    const next = others.reduce((best, cursor) => (beginOf(cursor) < beginOf(best) ? cursor : best), first)
    yield next.head!
    await advance(next)
  }
}

/**
 * The messages that a lake holds of a time range, each once: record by record as they stood in `raw_frames`, those first whose first
 * message came first. The same lake gives the same messages in the same order.
 */
export async function* framesInRange(store: LakeStore, wanted: WantedFrames): AsyncGenerator<ConnectionFrames> {
  const days = Map.groupBy(await listParts(store, wanted), ({ date }) => date)
  for (const parts of days.values()) {
    const cursors = parts.map(part => ({ records: resumableRecords(store, part, wanted), head: null }))
    for await (const record of inOrder(cursors)) {
      const found = within(record, wanted)
      if (found.frames.length > 0) yield found
    }
  }
}

import { heartbeatOf, type Tick, type Trade } from '../../market/records/feed/trade.ts'
import { epochMs } from '../../market/time.ts'
import { parseFilePath } from '../manifest/lake-paths.ts'
import { type LakeFile, seriesKey } from '../manifest/manifest.ts'
import { openTradeFile, type TradeOutline, type TradeReader } from '../parquet/read-trade-file.ts'
import type { LakeStore } from '../store/lake-store.ts'
import { type TimeRange, touches } from './ids-in-time-range.ts'
import { type ListFiles, resumable } from './resumable-trades.ts'

type Row = { readonly time: number; readonly offset: number }

/** Files of one day and partition, in the order of their offsets; files of one entry and several days share theirs. */
type Series = { readonly name: string; readonly date: string; readonly files: readonly LakeFile[] }

const minTime = ({ files }: Series): number => Math.min(...files.map(file => file.minTime))

const seriesOf = (files: readonly LakeFile[], times: TimeRange): readonly Series[] => {
  const byName = Map.groupBy(
    files.filter(file => touches(file, times)),
    file => `${file.date}/${seriesKey(parseFilePath(file.path)!)}`
  )
  return [...byName]
    .map(([name, some]) => {
      const files = some.toSorted((a, b) => a.firstOffset - b.firstOffset)
      return { name, date: files[0]!.date, files }
    })
    .sort((a, b) => (a.date === b.date ? minTime(a) - minTime(b) : a.date < b.date ? -1 : 1))
}

/** What is read of a lake that compaction may change meanwhile. */
type Reading = { readonly store: LakeStore; readonly times: TimeRange; readonly list: ListFiles }

const isIn = ({ from, to }: TimeRange, { time }: Row): boolean => time >= from && time < to

/** Rows of files behind an offset, of what is asked for of each, in the order of the records. */
async function* rowsAfter<T extends Row>(
  { store, times }: Reading,
  files: readonly LakeFile[],
  offset: number,
  read: (file: TradeReader) => AsyncGenerator<readonly T[]>
): AsyncGenerator<T> {
  let last = offset
  for (const file of files.filter(({ lastOffset }) => lastOffset > offset)) {
    let inFile = last
    for await (const rows of read(await openTradeFile(store, file))) {
      const fresh = rows.filter(row => row.offset > last)
      inFile = fresh.at(-1)?.offset ?? inFile
      yield* fresh.filter(row => isIn(times, row))
    }
    last = inFile
  }
}

/** The same, also where compaction replaces and removes files meanwhile. */
const resumableRows = <T extends Row>(
  reading: Reading,
  { name, files }: Series,
  read: (file: TradeReader) => AsyncGenerator<readonly T[]>
): AsyncGenerator<T> =>
  resumable({
    files,
    list: async () => seriesOf(await reading.list(), reading.times).find(series => series.name === name)?.files ?? [],
    from: -1,
    read: (current, offset) => rowsAfter(reading, current, offset, read),
    after: ({ offset }) => offset
  })

/** Heartbeats stand behind so many rows, if they can say anything new. */
const AT_ONCE = 1_000

async function* inBatches<T extends Row>(
  reading: Reading,
  files: readonly LakeFile[],
  read: (file: TradeReader) => AsyncGenerator<readonly T[]>
): AsyncGenerator<readonly T[]> {
  let rows: T[] = []
  for (const series of seriesOf(files, reading.times))
    for await (const row of resumableRows(reading, series, read)) {
      rows.push(row)
      if (rows.length < AT_ONCE) continue
      yield rows
      rows = []
    }
  if (rows.length > 0) yield rows
}

/** Before which time nothing comes any more, behind each batch. */
const completeBefore = async (reading: Reading, files: readonly LakeFile[]): Promise<readonly number[]> => {
  const least: number[] = []
  for await (const rows of inBatches<TradeOutline>(reading, files, file => file.outlines()))
    least.push(rows.reduce((min, { time }) => Math.min(min, time), Number.POSITIVE_INFINITY))
  for (let at = least.length - 2; at >= 0; at--) least[at] = Math.min(least[at]!, least[at + 1]!)
  return [...least.slice(1), Number.POSITIVE_INFINITY]
}

type ReadTrade = Row & { readonly trade: Trade }

async function* tradesOf(file: TradeReader): AsyncGenerator<readonly ReadTrade[]> {
  for await (const rows of file.trades()) yield rows.map(({ trade, offset }) => ({ trade, time: trade.time, offset }))
}

/** Copies come soon behind each other: so many ids are known twice over. */
const MAX_IDS = 200_000

/** Leaves out ids that came before. */
const firstCopies = (): ((trade: Trade) => boolean) => {
  let [recent, previous] = [new Set<string>(), new Set<string>()]
  return ({ id }) => {
    if (recent.has(id) || previous.has(id)) return false
    if (recent.size >= MAX_IDS) [recent, previous] = [new Set(), recent]
    recent.add(id)
    return true
  }
}

/**
 * What `raw_ticks` would say of an instrument between two times, where no number proves its trades whole: each trade once, day by day in
 * the order of their records, and heartbeats without a last id as soon as nothing earlier comes. The last one stands at the end of the range where a
 * later trade is known, else at the newest trade: nobody knows what was printed later.
 */
export async function* unnumberedTicks(
  store: LakeStore,
  files: readonly LakeFile[],
  times: TimeRange,
  list: ListFiles
): AsyncGenerator<readonly Tick[]> {
  const reading = { store, times, list }
  const quiet = await completeBefore(reading, files)
  const isFirst = firstCopies()
  const hasLaterTrade = files.some(({ maxTime }) => maxTime >= times.to)
  let [newest, asserted, at] = [0, 0, 0]
  for await (const rows of inBatches(reading, files, tradesOf)) {
    const trades = rows.map(({ trade }) => trade).filter(isFirst)
    newest = rows.reduce((max, { time }) => Math.max(max, time), newest)
    const until = quiet[at++] ?? Number.POSITIVE_INFINITY
    const isLast = until === Number.POSITIVE_INFINITY
    const time = isLast && hasLaterTrade ? times.to : Math.min(newest, until - 1)
    const heartbeats =
      time > asserted
        ? [heartbeatOf(rows[0]!.trade, { time: epochMs(time), lastId: null, receivedAt: epochMs(time) })]
        : []
    asserted = Math.max(asserted, time)
    yield [...trades, ...heartbeats]
  }
}

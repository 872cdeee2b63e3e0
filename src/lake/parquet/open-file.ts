import type { Instrument } from '../../market/instrument.ts'
import { chainNumber, type Trade } from '../../market/records/feed/trade.ts'
import { IdRuns } from '../manifest/id-runs.ts'
import { framePath, type OffsetSpan, type TableName, tradePath } from '../manifest/lake-paths.ts'
import type { FileOf, LakeFile, StoredFile } from '../manifest/manifest.ts'
import { createFrameFile, type FrameRow } from './frame-file.ts'
import type { RowsFile } from './rows-file.ts'
import { createTradeFile, type TradeRow } from './trade-file.ts'

/** A file that is whole, and not stored yet. */
export type FinishedFile<T extends TableName = TableName> = {
  readonly about: FileOf<T>
  readonly pieces: readonly Uint8Array[]
}

/** The rows of one day that are being gathered, each once. */
export type OpenFile<T extends TableName, Row> = {
  readonly add: (row: Row) => void
  readonly bytes: () => number
  /** Ends it as the file of the offsets that were gathered. */
  readonly finish: (span: OffsetSpan) => FinishedFile<T>
}

/** Puts rows into a file, and keeps what the manifest says of every file. */
const noteRows = <Row extends { readonly offset: number }>(file: RowsFile<Row>, timeOf: (row: Row) => number) => {
  let duplicates = 0
  let [firstOffset, lastOffset] = [0, 0]
  let [minTime, maxTime] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const add = (row: Row): void => {
    if (file.rows() === 0) firstOffset = row.offset
    lastOffset = row.offset
    const time = timeOf(row)
    if (time < minTime) minTime = time
    if (time > maxTime) maxTime = time
    file.add(row)
  }
  const finish = (path: string, exchange: string, date: string) => {
    const pieces = file.finish()
    const about: StoredFile = {
      ...{ path, exchange, date, rows: file.rows() },
      bytes: pieces.reduce((sum, piece) => sum + piece.length, 0),
      ...{ firstOffset, lastOffset, minTime, maxTime, duplicates }
    }
    return { about, pieces }
  }
  return { add, leaveOut: () => void duplicates++, bytes: file.bytes, finish }
}

/** Begins a file of the trades of an instrument on a day. `hasChain`: whether a number goes up by one from trade to trade. */
export const openTrades = (
  { exchange, symbol }: Instrument,
  date: string,
  hasChain: boolean
): OpenFile<'raw_ticks', TradeRow> => {
  const file = noteRows(createTradeFile(), (row: TradeRow) => row.trade.time)
  const ids = new IdRuns(hasChain)
  const keyOf = (trade: Trade): string => (hasChain ? chainNumber(trade) : trade.id)
  const finish = (span: OffsetSpan): FinishedFile<'raw_ticks'> => {
    const { about, pieces } = file.finish(tradePath(span, exchange, symbol, date), exchange, date)
    const runs = ids.runs()
    const found: LakeFile = {
      ...about,
      instrument: symbol,
      minId: runs?.[0]?.[0] ?? null,
      maxId: runs?.at(-1)?.[1] ?? null,
      ids: runs
    }
    return { about: found, pieces }
  }
  return { add: row => (ids.add(keyOf(row.trade)) ? file.add(row) : file.leaveOut()), bytes: file.bytes, finish }
}

/** Begins a file of the messages of an exchange on a day, which come in the order of their places in Kafka. */
export const openFrames = (exchange: string, date: string): OpenFile<'raw_frames', FrameRow> => {
  const file = noteRows(createFrameFile(), (row: FrameRow) => row.frame.receivedAt)
  let last = { offset: -1, index: -1 }
  const isNew = ({ offset, index }: FrameRow): boolean =>
    offset > last.offset || (offset === last.offset && index > last.index)
  const add = (row: FrameRow): void => {
    if (!isNew(row)) {
      file.leaveOut()
      return
    }
    last = row
    file.add(row)
  }
  return { add, bytes: file.bytes, finish: span => file.finish(framePath(span, exchange, date), exchange, date) }
}

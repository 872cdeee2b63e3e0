import type { Instrument } from '../../market/instrument.ts'
import { IdRuns } from '../manifest/id-runs.ts'
import { filePath, type OffsetSpan } from '../manifest/lake-paths.ts'
import type { LakeFile } from '../manifest/manifest.ts'
import { createTradeFile, type TradeRow } from './trade-file.ts'

/** A file that is whole, and not stored yet. */
export type FinishedFile = { readonly about: LakeFile; readonly pieces: readonly Uint8Array[] }

/** The trades of one instrument and day that are being gathered, each id once. */
export type OpenFile = {
  readonly add: (row: TradeRow) => void
  readonly bytes: () => number
  /** Ends it as the file of the offsets that were gathered. */
  readonly finish: (span: OffsetSpan) => FinishedFile
}

/** Begins a file for an instrument and a day. */
export const openFile = ({ exchange, symbol }: Instrument, date: string): OpenFile => {
  const file = createTradeFile()
  const ids = new IdRuns()
  let duplicates = 0
  let [firstOffset, lastOffset] = [0, 0]
  let [minTime, maxTime] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const add = (row: TradeRow): void => {
    const { id, time } = row.trade
    if (!ids.add(id)) {
      duplicates++
      return
    }
    if (file.rows() === 0) firstOffset = row.offset
    lastOffset = row.offset
    if (time < minTime) minTime = time
    if (time > maxTime) maxTime = time
    file.add(row)
  }
  const finish = (span: OffsetSpan): FinishedFile => {
    const pieces = file.finish()
    const runs = ids.runs()
    const about: LakeFile = {
      path: filePath(span, exchange, symbol, date),
      exchange,
      instrument: symbol,
      date,
      rows: file.rows(),
      bytes: pieces.reduce((sum, piece) => sum + piece.length, 0),
      firstOffset,
      lastOffset,
      minTime,
      maxTime,
      minId: runs?.[0]?.[0] ?? null,
      maxId: runs?.at(-1)?.[1] ?? null,
      ids: runs,
      duplicates
    }
    return { about, pieces }
  }
  return { add, bytes: file.bytes, finish }
}

import type { TableName } from '../manifest/lake-paths.ts'
import type { FileOf } from '../manifest/manifest.ts'
import type { FrameRow } from '../parquet/frame-file.ts'
import { type OpenFile, openFrames, openTrades } from '../parquet/open-file.ts'
import { openFrameFile } from '../parquet/read-frame-file.ts'
import { openTradeFile } from '../parquet/read-trade-file.ts'
import type { TradeRow } from '../parquet/trade-file.ts'
import type { LakeStore } from '../store/lake-store.ts'

/** How files of a table become one. */
export type Mergeable<T extends TableName, Row> = {
  readonly table: T
  /** What rows are called in what is printed. */
  readonly rows: string
  /** Files of one name belong into one. */
  readonly nameOf: (file: FileOf<T>) => string
  /** Begins the file that some are to become. */
  readonly open: (parts: readonly [FileOf<T>, ...FileOf<T>[]]) => OpenFile<T, Row>
  readonly read: (store: LakeStore, file: FileOf<T>) => Promise<AsyncGenerator<readonly Row[]>>
  /** Entries whose files take more together stay apart: what is merged is in memory until it is stored. */
  readonly maxBytes: number
}

export const TRADES: Mergeable<'raw_ticks', TradeRow> = {
  table: 'raw_ticks',
  rows: 'trades',
  nameOf: ({ exchange, instrument, date }) => `${exchange}:${instrument} on ${date}`,
  open: parts => {
    const [{ exchange, instrument, date }] = parts
    return openTrades(
      { exchange, symbol: instrument },
      date,
      parts.every(({ ids }) => ids !== null)
    )
  },
  read: async (store, file) => (await openTradeFile(store, file)).trades(),
  maxBytes: Number.POSITIVE_INFINITY
}

/** Of a day there is far more of these than of trades. */
const MAX_FRAME_BYTES = 256 << 20

export const FRAMES: Mergeable<'raw_frames', FrameRow> = {
  table: 'raw_frames',
  rows: 'frames',
  nameOf: ({ exchange, date }) => `frames of ${exchange} on ${date}`,
  open: ([{ exchange, date }]) => openFrames(exchange, date),
  read: async (store, file) => (await openFrameFile(store, file)).frames(),
  maxBytes: MAX_FRAME_BYTES
}

import { zstdDecompressSync } from 'node:zlib'
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { isPoison, TickstreamError } from '../../market/error.ts'
import { parsePrice, parseSize } from '../../market/parse-decimal.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import { type EpochMs, isEpochMs } from '../../market/time.ts'
import type { LakeFile } from '../manifest/manifest.ts'
import type { LakeStore } from '../store/lake-store.ts'
import { readDecimal } from './decimal-bytes.ts'
import type { TradeRow } from './trade-file.ts'

type Columns = Readonly<Record<string, unknown>>

/** A file of trades that is open for reading: its footer is read, its rows are not. */
export type TradeReader = {
  readonly rows: number
  /** Rows in the order of the file, as many at a time as a group of it holds. */
  readonly trades: () => AsyncGenerator<readonly TradeRow[]>
  readonly ids: () => AsyncGenerator<readonly string[]>
  readonly times: () => AsyncGenerator<readonly { readonly id: string; readonly time: number }[]>
}

const compressors = { ZSTD: (bytes: Uint8Array): Uint8Array => zstdDecompressSync(bytes) }

/** What makes a file unreadable is told with its path: somebody has to look at it. */
const unreadable = (store: LakeStore, path: string, says: string, cause?: unknown): TickstreamError =>
  new TickstreamError('TS-LAKE-FILE', `${path} in ${store.url} ${says}`, { cause })

/** Files up to this size are fetched whole, at once. */
const SMALL = 1 << 20

const fileOf = (store: LakeStore, { path, bytes }: LakeFile): AsyncBuffer => {
  const fetch = async (from: number, to: number): Promise<ArrayBuffer> => {
    const part = await store.get(path, { from, to })
    if (part === null) throw unreadable(store, path, 'is not there, and the manifest says that it is')
    if (part.length !== to - from) throw unreadable(store, path, 'is shorter than the manifest says')
    return new Uint8Array(part).buffer
  }
  let whole: Promise<ArrayBuffer> | null = null
  const slice = async (from: number, to = bytes): Promise<ArrayBuffer> => {
    if (bytes > SMALL) return fetch(from, to)
    whole ??= fetch(0, bytes)
    return (await whole).slice(from, to)
  }
  return { byteLength: bytes, slice }
}

/** Without what they mean, values come as they were stored, and nothing is rounded on the way. */
const plain = (metadata: FileMetaData): FileMetaData => ({
  ...metadata,
  schema: metadata.schema.map(element => {
    const { converted_type, logical_type, ...rest } = element
    return converted_type === 'UTF8' ? element : rest
  })
})

const textOf = (row: Columns, name: string): string => {
  const value = row[name]
  if (typeof value === 'string') return value
  throw new TickstreamError('TS-DATA', `${name}: ${String(value)} is no text`)
}

/** The sign of a big-endian whole number. */
const NEGATIVE = 0x80

/** What a price or a size may be is decided by `parse`, as in every reader. */
const numberOf = (row: Columns, exact: string, parse: typeof parsePrice): string => {
  const value = row[exact]
  const isNumber = value instanceof Uint8Array && (value[0] ?? 0) < NEGATIVE
  const text = isNumber
    ? readDecimal(Buffer.from(value.buffer, value.byteOffset, value.byteLength), 0)
    : textOf(row, `${exact}_text`)
  const found = parse(text)
  if (found !== null) return found
  throw new TickstreamError('TS-DATA', `${exact}: ${text.slice(0, 80)} is no ${exact}`)
}

const timeOf = (row: Columns, name: string): EpochMs => {
  const value = Number(row[name])
  if (isEpochMs(value)) return value
  throw new TickstreamError('TS-DATA', `${name}: ${String(row[name])} is no time in epoch milliseconds`)
}

const wordOf = <T extends string>(row: Columns, name: string, words: readonly T[]): T => {
  const found = words.find(word => word === row[name])
  if (found !== undefined) return found
  throw new TickstreamError('TS-DATA', `${name}: ${String(row[name])} is none of ${words.join(', ')}`)
}

/** The trade of a row, its values believed no more than those of any other reader. */
export const tradeOf = (row: Columns): Trade => ({
  exchange: textOf(row, 'exchange'),
  symbol: textOf(row, 'instrument'),
  id: textOf(row, 'trade_id'),
  price: numberOf(row, 'price', parsePrice),
  quantity: numberOf(row, 'quantity', parseSize),
  time: timeOf(row, 'time'),
  receivedAt: timeOf(row, 'received_at'),
  side: wordOf(row, 'side', ['buy', 'sell']),
  via: wordOf(row, 'via', ['stream', 'history'])
})

const rowOf = (row: Columns): TradeRow => ({
  trade: tradeOf(row),
  partition: Number(row.kafka_partition),
  offset: Number(row.kafka_offset)
})

/** Opens a file that the manifest names. Rejects with `TS-LAKE-FILE` when it is not there or not what was written. */
export const openTradeFile = async (store: LakeStore, about: LakeFile): Promise<TradeReader> => {
  const file = fileOf(store, about)
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      if (cause instanceof TickstreamError && !isPoison(cause)) throw cause
      const said = cause instanceof Error ? cause.message : String(cause)
      throw unreadable(store, about.path, `cannot be read: ${said}`, cause)
    }
  }
  const metadata = await guarded(() => parquetMetadataAsync(file))
  const rows = Number(metadata.num_rows)
  async function* groups<T>(read: (row: Columns) => T, columns?: string[]): AsyncGenerator<readonly T[]> {
    let rowStart = 0
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows)
      const range = { file, metadata: plain(metadata), compressors, rowStart, rowEnd, ...(columns ? { columns } : {}) }
      yield await guarded(async () => (await parquetReadObjects(range)).map(read))
      rowStart = rowEnd
    }
  }
  return {
    rows,
    trades: () => groups(rowOf),
    ids: () => groups(row => textOf(row, 'trade_id'), ['trade_id']),
    times: () => groups(row => ({ id: textOf(row, 'trade_id'), time: Number(row.time) }), ['trade_id', 'time'])
  }
}

import { zstdDecompressSync } from 'node:zlib'
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { isPoison, TickstreamError } from '../../market/error.ts'
import type { parsePrice } from '../../market/parse-decimal.ts'
import { type EpochMs, isEpochMs } from '../../market/time.ts'
import type { StoredFile } from '../manifest/manifest.ts'
import { getFile, type LakeStore } from '../store/lake-store.ts'
import { readDecimal } from './columns/decimal-bytes.ts'

/** The values of a row by column, as they were stored. */
export type Columns = Readonly<Record<string, unknown>>

/** A file that is open for reading: its footer is read, its rows are not. */
export type RowsReader = {
  readonly rows: number
  /** Rows in the order of the file, as many at a time as a group of it holds; of some columns, where the file has them, or of all. */
  readonly groups: <T>(read: (row: Columns) => T, columns?: string[]) => AsyncGenerator<readonly T[]>
}

const compressors = { ZSTD: (bytes: Uint8Array): Uint8Array => zstdDecompressSync(bytes) }

/** What makes a file unreadable is told with its path: somebody has to look at it. */
const unreadable = (store: LakeStore, path: string, problem: string, cause?: unknown): TickstreamError =>
  new TickstreamError('TS-LAKE-FILE', `${path} in ${store.url} ${problem}`, { cause })

/** Files up to this size are fetched whole, at once. */
const SMALL = 1 << 20

const fileOf = (store: LakeStore, { path, bytes }: StoredFile): AsyncBuffer => {
  const fetch = async (from: number, to: number): Promise<ArrayBuffer> => {
    const part = await getFile(store, path, { from, to })
    if (part === null) throw unreadable(store, path, 'is not there, and the manifest says that it is')
    if (part.length !== to - from) throw unreadable(store, path, 'is shorter than the manifest says')
    return new Uint8Array(part).buffer
  }
  let content: Promise<ArrayBuffer> | null = null
  const slice = async (from: number, to = bytes): Promise<ArrayBuffer> => {
    if (bytes > SMALL) return fetch(from, to)
    content ??= fetch(0, bytes)
    return (await content).slice(from, to)
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

export const textOf = (row: Columns, name: string): string => {
  const value = row[name]
  if (typeof value === 'string') return value
  throw new TickstreamError('TS-DATA', `${name}: ${String(value)} is no text`)
}

export const timeOf = (row: Columns, name: string): EpochMs => {
  const value = Number(row[name])
  if (isEpochMs(value)) return value
  throw new TickstreamError('TS-DATA', `${name}: ${String(row[name])} is no time in epoch milliseconds`)
}

export const wordOf = <T extends string>(row: Columns, name: string, words: readonly T[]): T => {
  const found = words.find(word => word === row[name])
  if (found !== undefined) return found
  throw new TickstreamError('TS-DATA', `${name}: ${String(row[name])} is none of ${words.join(', ')}`)
}

/** The sign of a big-endian whole number. */
const NEGATIVE = 0x80

const isDecimal = (value: unknown): value is Uint8Array => value instanceof Uint8Array && (value[0] ?? 0) < NEGATIVE

/** What a price or a size may be is decided by `parse`, as in every reader. */
export const decimalOf = (row: Columns, exact: string, parse: typeof parsePrice): string => {
  const value = row[exact] ?? row[`${exact}_wide`]
  const text = isDecimal(value) ? readDecimal(value) : textOf(row, `${exact}_text`)
  const found = parse(text)
  if (found !== null) return found
  throw new TickstreamError('TS-DATA', `${exact}: ${text.slice(0, 80)} is no ${exact}`)
}

/** Opens a file that the manifest names. Rejects with `TS-LAKE-FILE` when it is not there or not what was written. */
export const openRows = async (store: LakeStore, about: StoredFile): Promise<RowsReader> => {
  const file = fileOf(store, about)
  const orUnreadable = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      if (cause instanceof TickstreamError && !isPoison(cause)) throw cause
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw unreadable(store, about.path, `cannot be read: ${reason}`, cause)
    }
  }
  const metadata = await orUnreadable(() => parquetMetadataAsync(file))
  // A file from before a column has none of it.
  const names = new Set(metadata.schema.map(({ name }) => name))
  async function* groups<T>(read: (row: Columns) => T, columns?: string[]): AsyncGenerator<readonly T[]> {
    let rowStart = 0
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows)
      const range = {
        file,
        metadata: plain(metadata),
        compressors,
        rowStart,
        rowEnd,
        ...(columns ? { columns: columns.filter(name => names.has(name)) } : {})
      }
      yield await orUnreadable(async () => (await parquetReadObjects(range)).map(read))
      rowStart = rowEnd
    }
  }
  return { rows: Number(metadata.num_rows), groups }
}

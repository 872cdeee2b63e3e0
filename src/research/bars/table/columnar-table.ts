import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { type Table as ArrowTable, CompressionType, setCompressionCodec, tableFromIPC } from '@uwdata/flechette'
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement
} from 'hyparquet'
import type { Unpacked } from '../../../files/unpack.ts'
import { readLz4 } from '../../../kafka/client/codec/lz4.ts'
import { TickstreamError } from '../../../market/error.ts'
import type { Table, TableRow } from './table.ts'

/** What a typed column holds, as the text that a file of text would have. Times are epoch milliseconds, or whole units that their size tells. */
const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return String(value.getTime())
  if (typeof value === 'number' && Number.isNaN(value)) return ''
  return String(value)
}

const unreadable = (name: string, cause: unknown): TickstreamError =>
  new TickstreamError('TS-DATA', `${name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
    cause
  })

const noEncode = (): never => {
  throw new Error('nothing is written here')
}

const plainBytes = (bytes: Buffer): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)

setCompressionCodec(CompressionType.LZ4_FRAME, {
  encode: noEncode,
  decode: bytes => plainBytes(readLz4(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)))
})
setCompressionCodec(CompressionType.ZSTD, { encode: noEncode, decode: bytes => plainBytes(zstdDecompressSync(bytes)) })

/** The number of floating point types in Arrow's own list: https://github.com/apache/arrow/blob/main/format/Schema.fbs */
const ARROW_FLOAT = 3

const arrowTable = (name: string, bytes: Buffer): ArrowTable => {
  try {
    return tableFromIPC(bytes, { useBigInt: true, useDecimalInt: false })
  } catch (cause) {
    throw unreadable(name, cause)
  }
}

/** Opens Arrow, which Feather is since its version 2, packed by LZ4 or zstd or not. It is in memory whole. */
export const openArrow = async (unpacked: Unpacked): Promise<Table> => {
  const { name } = unpacked.source
  const table = arrowTable(name, await unpacked.source.whole())
  unpacked.close()
  const columns = table.names.map(column => table.getChild(String(column)))
  async function* rows(): AsyncGenerator<TableRow> {
    for (let n = 0; n < table.numRows; n++) yield { at: n + 1, cells: columns.map(column => textOf(column?.at(n))) }
  }
  return {
    name,
    format: 'Feather',
    counts: 'row',
    delimiter: null,
    names: table.names.map(String),
    headerAt: 1,
    isDouble: table.schema.fields.some(({ type }) => type.typeId === ARROW_FLOAT),
    rows: rows(),
    close: unpacked.close
  }
}

const compressors = {
  ZSTD: (bytes: Uint8Array): Uint8Array => plainBytes(zstdDecompressSync(bytes)),
  GZIP: (bytes: Uint8Array): Uint8Array => plainBytes(gunzipSync(bytes))
}

/** A whole number as Parquet stores a decimal's: as such, or as bytes, the highest first. */
const wholeOf = (value: unknown): bigint =>
  value instanceof Uint8Array
    ? BigInt.asIntN(8 * value.length, BigInt(`0x${Buffer.from(value).toString('hex') || '0'}`))
    : BigInt(value as number | bigint)

/** The exact text of a decimal, without a way through a double. */
const decimalText = (value: unknown, scale: number): string => {
  if (value === null || value === undefined) return ''
  const whole = wholeOf(value)
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return whole < 0n ? `-${text}` : text
}

const isDecimal = ({ converted_type, logical_type }: SchemaElement): boolean =>
  converted_type === 'DECIMAL' || logical_type?.type === 'DECIMAL'

/** Without what they mean, decimals come as they were stored. */
const plainDecimals = (metadata: FileMetaData): FileMetaData => ({
  ...metadata,
  schema: metadata.schema.map(element => {
    const { converted_type, logical_type, ...rest } = element
    return isDecimal(element) ? rest : element
  })
})

/** Opens Parquet, packed by Snappy, zstd or gzip or not; a group of rows is in memory at a time, and the file. */
export const openParquet = async (unpacked: Unpacked): Promise<Table> => {
  const { name } = unpacked.source
  const bytes = await unpacked.source.whole()
  unpacked.close()
  const whole = new Uint8Array(bytes).buffer
  const file: AsyncBuffer = { byteLength: bytes.length, slice: (from, to) => whole.slice(from, to) }
  const metadata = await parquetMetadataAsync(file).catch(cause => {
    throw unreadable(name, cause)
  })
  const leaves = metadata.schema.slice(1).filter(({ num_children }) => num_children === undefined)
  const names = leaves.map(leaf => leaf.name)
  const plain = plainDecimals(metadata)
  const cellsOf = (row: Readonly<Record<string, unknown>>): readonly string[] =>
    leaves.map(leaf => (isDecimal(leaf) ? decimalText(row[leaf.name], leaf.scale ?? 0) : textOf(row[leaf.name])))
  async function* rows(): AsyncGenerator<TableRow> {
    let start = 0
    for (const { num_rows } of metadata.row_groups) {
      const end = start + Number(num_rows)
      const range = { file, metadata: plain, compressors, rowStart: start, rowEnd: end, columns: names }
      const group = await parquetReadObjects(range).catch(cause => {
        throw unreadable(name, cause)
      })
      for (const [n, row] of group.entries()) yield { at: start + n + 1, cells: cellsOf(row) }
      start = end
    }
  }
  return {
    name,
    format: 'Parquet',
    counts: 'row',
    delimiter: null,
    names,
    headerAt: 1,
    isDouble: leaves.some(({ type }) => type === 'DOUBLE' || type === 'FLOAT'),
    rows: rows(),
    close: unpacked.close
  }
}

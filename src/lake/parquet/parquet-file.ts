import { zstdCompressSync } from 'node:zlib'
import type { SchemaElement } from 'hyparquet-writer'
import { ByteWriter } from 'hyparquet-writer'
import { writeMetadata } from 'hyparquet-writer/src/metadata.js'
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js'
import type { ColumnPages } from './columns/column.ts'

/** A Parquet file that is written group by group, into memory. https://parquet.apache.org/docs/file-format/ */
export type ParquetFile = {
  /** The columns in the order of the schema. */
  readonly addGroup: (columns: readonly ColumnPages[]) => void
  readonly bytes: () => number
  /** The whole file, in pieces. */
  readonly finish: () => readonly Uint8Array[]
}

type Metadata = Parameters<typeof writeMetadata>[1]
type RowGroup = Metadata['row_groups'][number]
type Chunk = RowGroup['columns'][number]
type Sizes = { plain: number; packed: number }

const MAGIC = Buffer.from('PAR1')
const PAGE = { data: 0, dictionary: 2 } as const
const ENCODING = { plain: 0, rle: 3, dictionary: 8 } as const

/** Offsets stand in the file, so that pieces are kept as they are until it is whole. */
class Pieces {
  readonly all: Uint8Array[] = []
  length = 0

  add(bytes: Uint8Array): void {
    this.all.push(bytes)
    this.length += bytes.length
  }
}

const thrift = (write: (writer: ByteWriter) => void): Uint8Array => {
  const writer = new ByteWriter()
  write(writer)
  return writer.getBytes()
}

const addPage = (
  pieces: Pieces,
  type: number,
  plain: Buffer,
  about: Readonly<Record<`field_${number}`, object>>
): Sizes => {
  const packed = zstdCompressSync(plain)
  const header = { field_1: type, field_2: plain.length, field_3: packed.length, ...about }
  const head = thrift(writer => serializeTCompactProtocol(writer, header))
  pieces.add(head)
  pieces.add(packed)
  return { plain: head.length + plain.length, packed: head.length + packed.length }
}

const addDictionary = (pieces: Pieces, { dictionary }: ColumnPages): Sizes => {
  if (dictionary === null) return { plain: 0, packed: 0 }
  const about = { field_1: dictionary.values, field_2: ENCODING.plain }
  return addPage(pieces, PAGE.dictionary, dictionary.bytes, { field_7: about })
}

const addData = (pieces: Pieces, { data, dictionary, rows }: ColumnPages): Sizes => {
  const encoding = dictionary === null ? ENCODING.plain : ENCODING.dictionary
  const about = { field_1: rows, field_2: encoding, field_3: ENCODING.rle, field_4: ENCODING.rle }
  return addPage(pieces, PAGE.data, data, { field_5: about })
}

const addChunk = (pieces: Pieces, element: SchemaElement, pages: ColumnPages): Chunk => {
  const { bounds, dictionary } = pages
  const begin = BigInt(pieces.length)
  const first = addDictionary(pieces, pages)
  const data = BigInt(pieces.length)
  const second = addData(pieces, pages)
  return {
    file_offset: begin,
    meta_data: {
      type: element.type!,
      encodings: dictionary === null ? ['PLAIN', 'RLE'] : ['PLAIN', 'RLE', 'RLE_DICTIONARY'],
      path_in_schema: [element.name],
      codec: 'ZSTD',
      num_values: BigInt(pages.rows),
      total_uncompressed_size: BigInt(first.plain + second.plain),
      total_compressed_size: BigInt(first.packed + second.packed),
      data_page_offset: data,
      ...(dictionary === null ? {} : { dictionary_page_offset: begin }),
      statistics: {
        null_count: BigInt(pages.nulls),
        ...(bounds === null ? {} : { min_value: bounds.min, max_value: bounds.max })
      }
    }
  }
}

const addGroup = (pieces: Pieces, elements: readonly SchemaElement[], columns: readonly ColumnPages[]): RowGroup => {
  const begin = pieces.length
  const chunks = columns.map((pages, at) => addChunk(pieces, elements[at]!, pages))
  return {
    columns: chunks,
    total_byte_size: chunks.reduce((sum, chunk) => sum + (chunk.meta_data?.total_uncompressed_size ?? 0n), 0n),
    num_rows: BigInt(columns[0]?.rows ?? 0),
    total_compressed_size: BigInt(pieces.length - begin)
  }
}

const footer = (schema: readonly SchemaElement[], groups: RowGroup[], about: Readonly<Record<string, string>>) =>
  thrift(writer =>
    writeMetadata(writer, {
      version: 2,
      created_by: 'tickstream',
      schema: [{ name: 'root', num_children: schema.length }, ...schema],
      num_rows: groups.reduce((sum, group) => sum + group.num_rows, 0n),
      row_groups: groups,
      metadata_length: 0,
      key_value_metadata: Object.entries(about).map(([key, value]) => ({ key, value }))
    })
  )

/** Begins a file; pages are compressed as groups come, and nothing but bytes is kept of them. */
export const createParquetFile = (
  schema: readonly SchemaElement[],
  about: Readonly<Record<string, string>>
): ParquetFile => {
  const pieces = new Pieces()
  const groups: RowGroup[] = []
  pieces.add(MAGIC)
  return {
    addGroup: columns => void groups.push(addGroup(pieces, schema, columns)),
    bytes: () => pieces.length,
    finish: () => {
      pieces.add(footer(schema, groups, about))
      pieces.add(MAGIC)
      return pieces.all
    }
  }
}

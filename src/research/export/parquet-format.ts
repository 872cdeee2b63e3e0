import type { ColumnSource, SchemaElement } from 'hyparquet-writer'
import type { FieldDef } from 'pg'
import { TickstreamError } from '../../market/error.ts'
import type { RowFormat, Rows } from '../read-rows.ts'

/** What is used of https://github.com/hyparam/hyparquet-writer */
export type ParquetLibrary = Pick<typeof import('hyparquet-writer'), 'ByteWriter' | 'ParquetWriter'>

/** How a column of a PostgreSQL type is stored; `convert` for values that the client does not read as the library takes them. */
type ColumnType = { readonly element: Omit<SchemaElement, 'name'>; readonly convert?: (value: string) => unknown }

/** Digits behind the point: a price times a quantity has 16. */
const SCALE = 18

/** Exact, as a whole number of the last digit. Throws `TS-DATA` for what has more digits. */
const unscaled = (text: string): bigint => {
  const [integer = '', fraction = ''] = text.split('.')
  if (fraction.length <= SCALE) return BigInt(integer + fraction.padEnd(SCALE, '0'))
  throw new TickstreamError('TS-DATA', `${text} has more than ${SCALE} digits behind the point; take --format csv`)
}

const TEXT: ColumnType = { element: { type: 'BYTE_ARRAY', converted_type: 'UTF8' } }

/** By the numbers of their types: https://www.postgresql.org/docs/18/datatype-oid.html */
const COLUMN_TYPES: ReadonlyMap<number, ColumnType> = new Map([
  [16, { element: { type: 'BOOLEAN' } }],
  [20, { element: { type: 'INT64' }, convert: BigInt }],
  [23, { element: { type: 'INT32' } }],
  [701, { element: { type: 'DOUBLE' } }],
  [1184, { element: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' } }],
  [
    1700,
    {
      element: {
        type: 'FIXED_LEN_BYTE_ARRAY',
        type_length: 16,
        converted_type: 'DECIMAL',
        precision: 38,
        scale: SCALE
      },
      convert: unscaled
    }
  ]
])

/** Rows to a group: what is in memory at a time, and what a reader can skip at a time. */
const GROUP = 50_000

const columnType = ({ dataTypeID }: FieldDef): ColumnType => COLUMN_TYPES.get(dataTypeID) ?? TEXT

const schemaOf = (fields: readonly FieldDef[]): SchemaElement[] => [
  { name: 'root', num_children: fields.length },
  ...fields.map(
    (field): SchemaElement => ({ ...columnType(field).element, name: field.name, repetition_type: 'OPTIONAL' })
  )
]

const columnsOf = ({ rows, fields }: Rows): ColumnSource[] =>
  fields.map((field, at) => {
    const { convert } = columnType(field)
    const value = (row: readonly unknown[]): unknown =>
      convert && typeof row[at] === 'string' ? convert(row[at]) : row[at]
    return { name: field.name, data: rows.map(value) }
  })

/** Writes rows as Parquet: prices and volumes as decimals, exact. */
export const parquetFormat = ({ ByteWriter, ParquetWriter }: ParquetLibrary): RowFormat => {
  const bytes = new ByteWriter()
  let writer: InstanceType<typeof ParquetWriter> | null = null
  let fields: readonly FieldDef[] = []
  let waiting: (readonly unknown[])[] = []
  const drain = (): Uint8Array => {
    const part = new Uint8Array(bytes.buffer.slice(0, bytes.index))
    bytes.index = 0
    return part
  }
  const flush = (): void => {
    if (waiting.length > 0) writer?.write({ columnData: columnsOf({ rows: waiting, fields }), rowGroupSize: GROUP })
    waiting = []
  }
  return {
    head: columns => {
      fields = columns
      writer = new ParquetWriter({ writer: bytes, schema: schemaOf(columns) })
      return drain()
    },
    body: ({ rows }) => {
      waiting.push(...rows)
      if (waiting.length >= GROUP) flush()
      return drain()
    },
    tail: () => {
      flush()
      writer?.finish()
      return drain()
    }
  }
}

import type { SchemaElement } from 'hyparquet-writer'
import type { Column } from './columns/column.ts'
import { createParquetFile } from './parquet-file.ts'

/** Rows of one file on their way into it. */
export type RowsFile<Row> = {
  readonly add: (row: Row) => void
  /** What it takes in memory. */
  readonly bytes: () => number
  readonly rows: () => number
  readonly finish: () => readonly Uint8Array[]
}

/** Columns in the order of their schema, and what puts a row into them. */
export type RowColumns<Row> = {
  readonly all: readonly Column[]
  readonly add: (row: Row) => void
  /** Whether so many rows are what a reader is to take at a time. */
  readonly isGroup: (rows: number) => boolean
}

/** Begins a file of a schema, which it names. The same rows give the same bytes. */
export const createRowsFile = <Row>(
  name: string,
  schema: readonly SchemaElement[],
  columns: RowColumns<Row>
): RowsFile<Row> => {
  const file = createParquetFile(schema, { 'tickstream.schema': name })
  let rows = 0
  let waiting = 0
  const flush = (): void => {
    if (waiting > 0) file.addGroup(columns.all.map(column => column.drain()))
    waiting = 0
  }
  return {
    add: row => {
      columns.add(row)
      rows++
      if (columns.isGroup(++waiting)) flush()
    },
    bytes: () => file.bytes() + columns.all.reduce((sum, column) => sum + column.bytes(), 0),
    rows: () => rows,
    finish: () => {
      flush()
      return file.finish()
    }
  }
}

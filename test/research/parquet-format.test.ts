import { describe, expect, test } from '@jest/globals'
import type { FieldDef } from 'pg'
import { type ParquetLibrary, parquetFormat } from '../../src/research/export/parquet-format.ts'

type Column = { readonly name: string; readonly data: readonly unknown[] }

/** Remembers what it was given, and writes a byte each time. */
const recordingLibrary = () => {
  const groups: (readonly Column[])[] = []
  const schemas: (readonly object[])[] = []
  class ByteWriter {
    readonly buffer = new ArrayBuffer(8)
    index = 0
  }
  class ParquetWriter {
    readonly writer: ByteWriter
    constructor({ writer, schema }: { readonly writer: ByteWriter; readonly schema: readonly object[] }) {
      this.writer = writer
      schemas.push(schema)
      writer.index = 4
    }
    write({ columnData }: { readonly columnData: readonly Column[] }): void {
      groups.push(columnData)
      this.writer.index += 2
    }
    finish(): void {
      this.writer.index += 1
    }
  }
  // The library's own columns are wider than what is looked at here.
  const library = { ByteWriter, ParquetWriter } as unknown as ParquetLibrary
  return { library, groups, schemas }
}

const field = (name: string, dataTypeID: number): FieldDef => ({
  name,
  dataTypeID,
  tableID: 0,
  columnID: 0,
  dataTypeSize: 0,
  dataTypeModifier: 0,
  format: 'text'
})

const FIELDS = [field('close', 1700), field('trade_count', 20), field('status', 25), field('open_time', 1184)]

describe('Parquet', () => {
  test('has exact decimals: whole numbers of their eighteenth digit', () => {
    const { library, groups, schemas } = recordingLibrary()
    const { head, body, tail } = parquetFormat(library)
    const time = new Date(0)
    head(FIELDS)
    body({ fields: FIELDS, rows: [['61685.980000000000000001', '9007199254740993', 'traded', time]] })
    body({ fields: FIELDS, rows: [['12', null, null, time]] })
    tail()
    expect(groups).toEqual([
      [
        { name: 'close', data: [61_685_980_000_000_000_000_001n, 12_000_000_000_000_000_000n] },
        { name: 'trade_count', data: [9_007_199_254_740_993n, null] },
        { name: 'status', data: ['traded', null] },
        { name: 'open_time', data: [time, time] }
      ]
    ])
    expect(schemas[0]).toMatchObject([
      { name: 'root', num_children: 4 },
      { name: 'close', converted_type: 'DECIMAL', scale: 18 },
      { name: 'trade_count', type: 'INT64' },
      { name: 'status', converted_type: 'UTF8' },
      { name: 'open_time', converted_type: 'TIMESTAMP_MILLIS' }
    ])
  })

  test('is written a group of rows at a time, and what was written is kept no longer', () => {
    const { library, groups } = recordingLibrary()
    const { head, body, tail } = parquetFormat(library)
    const rows = Array.from({ length: 5_000 }, (_, n) => [String(n), '1', 'traded', new Date(n)])
    const sizes = [head(FIELDS), ...Array.from({ length: 11 }, () => body({ fields: FIELDS, rows })), tail()].map(
      part => part.length
    )
    expect(sizes).toEqual([4, ...Array(9).fill(0), 2, 0, 3])
    expect(groups.map(([first]) => first?.data.length)).toEqual([50_000, 5_000])
  })

  test('refuses a number of more digits than it has room for', () => {
    const { head, body, tail } = parquetFormat(recordingLibrary().library)
    head(FIELDS)
    body({ fields: FIELDS, rows: [['0.1234567890123456789', '1', '', null]] })
    expect(tail).toThrow('more than 18 digits behind the point; take --format csv')
  })
})

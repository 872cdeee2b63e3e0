import { openUnpacked } from '../../files/unpack.ts'
import { TickstreamError } from '../../market/error.ts'
import type { RowForm } from './candle-row.ts'
import { numberForm } from './columns/file-number.ts'
import { dayFirst, isUndecided, timeForm } from './columns/file-time.ts'
import { findColumns } from './columns/find-columns.ts'
import { openArrow, openParquet } from './table/columnar-table.ts'
import { openCsv } from './table/csv-table.ts'
import { openJson } from './table/json-table.ts'
import { type Table, type TableRow, wrongAt } from './table/table.ts'

const BOM = /^\uFEFF/

/**
 * Opens a file of rows, `-` for stdin: CSV, JSON, Parquet or Feather, plain or packed; what it is its bytes say.
 * Throws `TS-CONFIG` for a file that cannot be opened, `TS-DATA` for one without a table.
 */
export const openTable = async (path: string): Promise<Table> => {
  const unpacked = await openUnpacked(path)
  const { content, source, packed } = unpacked
  const open = async (): Promise<Table> => {
    if (content === 'arrow') return openArrow(unpacked)
    if (content === 'parquet') return openParquet(unpacked)
    const start = source.head.toString('utf8').replace(BOM, '').trimStart()
    if (/^[[{]/.test(start)) return openJson(unpacked, /\.(?:jsonl|ndjson)\b/i.test(source.name))
    return openCsv(unpacked)
  }
  try {
    const table = await open()
    return { ...table, format: [table.format, ...packed.toReversed().map(how => `in ${how}`)].join(' ') }
  } catch (error) {
    unpacked.close()
    throw error
  }
}

/** So many rows tell what the columns are and what is usual. */
const HEAD = 200
/** So many tell which number of 03/04/2024 is the day: two weeks of minutes. */
const MAX_HEAD = 21_000

const readRows = async (rows: AsyncGenerator<TableRow>, into: TableRow[], upTo: number): Promise<boolean> => {
  while (into.length < upTo) {
    const { value, done } = await rows.next()
    if (done) return false
    into.push(value)
  }
  return true
}

const timesIn = (rows: readonly TableRow[], at: number): readonly string[] => rows.map(({ cells }) => cells[at] ?? '')

/** What the first rows say of all. Throws `TS-DATA` where they do not say enough. */
export const understand = async (table: Table, head: TableRow[]): Promise<RowForm & { readonly said: string }> => {
  let more = await readRows(table.rows, head, HEAD)
  if (head.length === 0) throw new TickstreamError('TS-DATA', `${table.name} has no candle; give at least two`)
  const full = head.filter(({ cells }) => cells.filter(cell => cell !== '').length > 2)
  const sample = full.map(({ cells }) => cells)
  const found = findColumns(table.names, sample, () => timeForm(true))
  if ('wrong' in found) throw wrongAt(table, table.headerAt, found.wrong)
  const { places, said } = found
  while (more && head.length < MAX_HEAD && isUndecided(timesIn(head, places.time)))
    more = await readRows(table.rows, head, head.length + 1_000)
  const times = timesIn(head, places.time)
  if (isUndecided(times))
    throw wrongAt(
      table,
      head[0]!.at,
      `"${times[0]}" has two readings, and no later row says which number is the day; write 2024-08-09`
    )
  const figures = [places.open, places.high, places.low, places.close, places.volume ?? places.open]
  const cells = sample.flatMap(row => figures.map(at => row[at] ?? ''))
  const number = numberForm(cells, table.delimiter)
  return { table, places, time: timeForm(dayFirst(times) ?? true), number, said }
}

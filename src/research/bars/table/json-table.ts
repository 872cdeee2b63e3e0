import { readLines } from '../../../files/read-lines.ts'
import type { Unpacked } from '../../../files/unpack.ts'
import { TickstreamError } from '../../../market/error.ts'
import { type Table, type TableRow, wrongAt } from './table.ts'

/** Numbers keep the digits that stand in the file. */
const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : String(value)
}

type Context = { readonly source?: string }

/** JSON whose numbers are the text that stood there. */
const parseExact = (text: string): unknown =>
  JSON.parse(text, (_key: string, value: unknown, context?: Context) =>
    typeof value === 'number' ? (context?.source ?? String(value)) : value
  )

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An answer of an exchange has its rows below some names. */
const MAX_DEPTH = 4

const isRows = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > 0 && value.every(one => Array.isArray(one) || isObject(one))

/** The columns of pandas: `{"open":{"0":1,"1":2}}` and `{"open":[1,2]}`. */
const fromColumns = (value: Readonly<Record<string, unknown>>): readonly unknown[] | null => {
  const columns = Object.entries(value)
  const lists = columns.flatMap(([name, list]) =>
    Array.isArray(list) || isObject(list) ? [{ name, cells: Object.values(list) }] : []
  )
  const [first] = lists
  if (first === undefined || lists.length < 5 || first.cells.some(cell => typeof cell === 'object' && cell !== null))
    return null
  return first.cells.map((_, n) => Object.fromEntries(lists.map(({ name, cells }) => [name, cells[n]])))
}

/** `{"columns":[…],"data":[[…]]}`, as pandas splits a table. */
const fromSplit = ({ columns, data }: Readonly<Record<string, unknown>>): readonly unknown[] | null => {
  if (!Array.isArray(columns) || !isRows(data)) return null
  return data.map(row => Object.fromEntries(columns.map((name, at) => [textOf(name), (row as unknown[])[at]])))
}

const findRows = (value: unknown, depth: number): readonly unknown[] | null => {
  if (isRows(value)) return value
  if (depth === 0 || typeof value !== 'object' || value === null) return null
  if (isObject(value)) {
    const table = fromSplit(value) ?? fromColumns(value)
    if (table) return table
  }
  for (const inner of Object.values(value)) {
    const rows = findRows(inner, depth - 1)
    if (rows) return rows
  }
  return null
}

const namesOf = (first: unknown): readonly string[] | null => (isObject(first) ? Object.keys(first) : null)

const cellsOf = (row: unknown, names: readonly string[] | null): readonly string[] | null => {
  if (names === null) return Array.isArray(row) ? row.map(textOf) : null
  return isObject(row) ? names.map(name => textOf(row[name])) : null
}

const openTable = (
  unpacked: Unpacked,
  format: string,
  first: unknown,
  rows: AsyncIterable<unknown> | Iterable<unknown>
): Table => {
  const names = namesOf(first)
  const place = { name: unpacked.source.name, counts: 'row' } as const
  async function* read(): AsyncGenerator<TableRow> {
    let at = 0
    try {
      for await (const row of rows) {
        at++
        const cells = cellsOf(row, names)
        if (cells === null || (names === null && cells.length !== (first as unknown[]).length))
          throw wrongAt(place, at, 'another form than the first row')
        yield { at, cells }
      }
    } finally {
      unpacked.close()
    }
  }
  return { ...place, format, delimiter: null, names, headerAt: 1, isDouble: false, rows: read(), close: unpacked.close }
}

/** One JSON a line. */
async function* jsonLines(unpacked: Unpacked): AsyncGenerator<unknown> {
  let at = 0
  for await (const lines of readLines(unpacked.source))
    for (const text of lines) {
      at++
      if (text.trim() === '') continue
      try {
        yield parseExact(text)
      } catch (cause) {
        throw wrongAt({ name: unpacked.source.name, counts: 'line' }, at, `no JSON: ${(cause as Error).message}`)
      }
    }
}

async function* afterFirst(first: unknown, rest: AsyncGenerator<unknown>): AsyncGenerator<unknown> {
  yield first
  yield* rest
}

const openLines = async (unpacked: Unpacked): Promise<Table> => {
  const lines = jsonLines(unpacked)
  const { value } = await lines.next()
  return openTable(unpacked, 'JSON lines', value, afterFirst(value, lines))
}

/** Whether the first line is an object of its own, and another follows. */
const isLines = (head: Buffer): boolean => /^\s*\{[^\n]*\}\s*\n\s*\{/.test(head.toString('utf8'))

/** Opens a list of candles in JSON: arrays or objects, plain or inside an answer of an exchange, or one a line. */
export const openJson = async (unpacked: Unpacked, isOfLines: boolean): Promise<Table> => {
  const { source } = unpacked
  if (isOfLines || isLines(source.head)) return openLines(unpacked)
  const bytes = await source.whole()
  let rows: readonly unknown[] | null
  try {
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
    rows = findRows(parseExact(text), MAX_DEPTH)
  } catch (cause) {
    throw new TickstreamError('TS-DATA', `${source.name} is no JSON: ${(cause as Error).message.slice(0, 200)}`, {
      cause
    })
  }
  if (rows === null) throw new TickstreamError('TS-DATA', `${source.name} has no list of candles`)
  return openTable(unpacked, 'JSON', rows[0], rows)
}

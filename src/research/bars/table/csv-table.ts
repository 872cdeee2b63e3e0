import { readLines } from '../../../files/read-lines.ts'
import { splitLine } from '../../../files/split-line.ts'
import type { Unpacked } from '../../../files/unpack.ts'
import { TickstreamError } from '../../../market/error.ts'
import { isHeader } from '../columns/column-names.ts'
import { timeForm } from '../columns/file-time.ts'
import { type Table, type TableRow, wrongAt } from './table.ts'

type Line = { readonly at: number; readonly text: string }

const DELIMITERS = [';', '\t', '|', ','] as const

/** Lines that are looked at to know delimiter and header. */
const HEAD_LINES = 40
/** A title, an address, a licence. */
const MAX_LINES_BEFORE = 12

/** Lines without a cell, and the sums that Investing.com writes below a table. */
const NO_ROW = /^[\s",;]*(?:Highest:.*)?$/

async function* numbered(unpacked: Unpacked): AsyncGenerator<Line> {
  let at = 0
  for await (const lines of readLines(unpacked.source))
    for (const text of lines) {
      at++
      if (!NO_ROW.test(text)) yield { at, text }
    }
}

const readHead = async (lines: AsyncGenerator<Line>): Promise<readonly Line[]> => {
  const head: Line[] = []
  while (head.length < HEAD_LINES) {
    const { value, done } = await lines.next()
    if (done) break
    head.push(value)
  }
  return head
}

/** The sign by which the last line, which is surely a row, falls into most cells; of equal ones not the comma, which may stand in numbers. */
const delimiterOf = (head: readonly Line[]): string => {
  const last = head.at(-1)?.text ?? ''
  const counts = DELIMITERS.map(sign => ({ sign, cells: splitLine(last, sign).length }))
  return counts.reduce((best, one) => (one.cells > best.cells ? one : best)).sign
}

const isNumber = (cell: string): boolean => /^[$€£¥]?\d[\d.,]*(?:e[+-]?\d+)?[KMB]?$/i.test(cell)

/** A row of candles as it may stand without a header: a time in the first columns, four figures. */
const isRow = (cells: readonly string[]): boolean => {
  const { read } = timeForm(true)
  return cells.slice(0, 3).some(cell => read(cell) !== null) && cells.filter(isNumber).length >= 4
}

/** What stands below a header and names columns too, as yfinance and pandas write it: tickers, and the name of the index. */
const isSubHeader = (cells: readonly string[]): boolean =>
  /^(?:ticker|symbols?|date|datetime|timestamp|)$/i.test(cells[0] ?? '') &&
  cells.slice(1).every(cell => !isNumber(cell) && !/^nan$/i.test(cell))

type Header = {
  readonly names: readonly string[] | null
  readonly headerAt: number
  /** How many lines of the head are no rows. */
  readonly length: number
}

/** Names of a header that goes on in the lines below it. Throws `TS-DATA` where these name several instruments. */
const withSubHeaders = (name: string, head: readonly Line[], from: number, delimiter: string): Header => {
  const { at } = head[from]!
  const names = [...splitLine(head[from]!.text, delimiter)]
  let length = from + 1
  for (; length < head.length; length++) {
    const cells = splitLine(head[length]!.text, delimiter)
    if (!isSubHeader(cells) || cells.length > names.length) break
    const tickers = [...new Set(cells.slice(1).filter(cell => cell !== ''))]
    if (tickers.length > 1)
      throw wrongAt(
        { name, counts: 'line' },
        head[length]!.at,
        `${tickers.length} instruments (${tickers.slice(0, 5).join(', ')}); give a file of one`
      )
    if (tickers.length === 0 && cells[0] !== '') names[0] = cells[0]!
  }
  return { names, headerAt: at, length }
}

const findHeader = (name: string, head: readonly Line[], delimiter: string): Header => {
  for (const [n, { text, at }] of head.slice(0, MAX_LINES_BEFORE).entries()) {
    const cells = splitLine(text, delimiter)
    if (isHeader(cells)) return withSubHeaders(name, head, n, delimiter)
    if (isRow(cells)) return { names: null, headerAt: at, length: n }
  }
  const first = head[0]!
  throw wrongAt(
    { name, counts: 'line' },
    first.at,
    `neither a header of candles nor a candle: ${first.text.slice(0, 120)}; name the columns openTime,open,high,low,close,volume`
  )
}

const DAY = /^\d{4}-\d\d-\d\d$|^\d{4}[./]\d\d[./]\d\d$/
const CLOCK = /^\d\d:\d\d(?::\d\d)?$/

/** A header that says `Date` where rows have a date and a time of day, as some of the files that go round do. */
const withClock = (names: readonly string[] | null, cells: readonly string[]): readonly string[] | null =>
  names !== null && cells.length === names.length + 1 && DAY.test(cells[0] ?? '') && CLOCK.test(cells[1] ?? '')
    ? [names[0]!, 'Time', ...names.slice(1)]
    : names

/** Opens a table of text: CSV by any usual delimiter, with or without a header, with a title before it. */
export const openCsv = async (unpacked: Unpacked): Promise<Table> => {
  const { name } = unpacked.source
  const lines = numbered(unpacked)
  const head = await readHead(lines)
  if (head.length === 0) throw new TickstreamError('TS-DATA', `${name} has no candle; it is empty`)
  const delimiter = delimiterOf(head)
  const header = findHeader(name, head, delimiter)
  const firstRow = head[header.length]
  const names = withClock(header.names, firstRow ? splitLine(firstRow.text, delimiter) : [])
  const width = names?.length ?? (firstRow ? splitLine(firstRow.text, delimiter).length : 0)
  const place = { name, counts: 'line' } as const
  const rowOf = ({ at, text }: Line): TableRow => {
    const cells = splitLine(text, delimiter)
    if (cells.length === width) return { at, cells }
    const extra = cells.slice(width)
    if (cells.length > width && extra.every(cell => cell === '')) return { at, cells }
    throw wrongAt(place, at, `${cells.length} columns, where the ${names ? 'header' : 'first row'} has ${width}`)
  }
  async function* rows(): AsyncGenerator<TableRow> {
    try {
      for (const line of head.slice(header.length)) yield rowOf(line)
      for await (const line of lines) yield rowOf(line)
    } finally {
      unpacked.close()
    }
  }
  const format = delimiter === ',' ? 'CSV' : `CSV by ${delimiter === '\t' ? 'tabs' : delimiter}`
  return {
    ...place,
    format,
    delimiter,
    names,
    headerAt: header.headerAt,
    isDouble: false,
    rows: rows(),
    close: unpacked.close
  }
}

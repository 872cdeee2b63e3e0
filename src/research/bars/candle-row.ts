import { camelCase } from '../../market/column-name.ts'
import { TickstreamError } from '../../market/error.ts'
import { parsePrice, parseSize } from '../../market/parse-decimal.ts'
import { parseTime } from '../../market/parse-time.ts'

/** A candle of a file: its time in epoch milliseconds, its money as numbers, and the line that it stands in. */
export type CandleRow = {
  readonly line: number
  readonly openTime: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly quoteVolume: number
}

const COLUMNS = ['openTime', 'open', 'high', 'low', 'close', 'volume'] as const

/** Where a column stands in a row, by the name that its field has in topics. */
export type Header = ReadonlyMap<string, number>

const cellsOf = (text: string): readonly string[] => text.split(',').map(cell => cell.trim().replace(/^"(.*)"$/, '$1'))

/** What is wrong in a line of a file. */
export const wrongLine = (path: string, line: number, said: string): TickstreamError =>
  new TickstreamError('TS-DATA', `${path} line ${line}: ${said}`)

/** Reads the header; columns stand in any order, spelt as in topics or as in the database (`open_time`). Throws `TS-DATA` that names what is missing or doubled. */
export const parseHeader = (path: string, line: number, text: string): Header => {
  const cells = cellsOf(text.replace(/^\uFEFF/, ''))
  const names = cells.map(camelCase)
  const missing = COLUMNS.filter(name => !names.includes(name))
  if (missing.length > 0)
    throw wrongLine(
      path,
      line,
      `the header has no ${missing.join(', ')} (it says ${cells.join(',').slice(0, 120)}); name the columns ${COLUMNS.join(',')}`
    )
  const twice = COLUMNS.filter(name => names.indexOf(name) !== names.lastIndexOf(name))
  if (twice.length > 0) throw wrongLine(path, line, `the header has ${twice.join(', ')} twice`)
  return new Map(names.map((name, at) => [name, at]))
}

/** Reads one candle. Throws `TS-DATA` that names the line, the column and what stands there. */
export const parseCandleRow = (path: string, line: number, header: Header, text: string): CandleRow => {
  const cells = cellsOf(text)
  if (cells.length !== header.size)
    throw wrongLine(path, line, `${cells.length} columns, where the header has ${header.size}`)
  const figure = (name: string, parse: typeof parsePrice, wanted: string): number => {
    const cell = cells[header.get(name) ?? -1] ?? ''
    const text = parse(cell)
    if (text === null) throw wrongLine(path, line, `${name} "${cell.slice(0, 80)}" is not a ${wanted}`)
    return Number(text)
  }
  const price = (name: string): number => figure(name, parsePrice, 'number above 0, written as 61837.63')
  const size = (name: string): number => figure(name, parseSize, 'number of at least 0, written as 0.00123')
  const time = cells[header.get('openTime') ?? -1] ?? ''
  const openTime = parseTime(time)
  if (openTime === null)
    throw wrongLine(
      path,
      line,
      `openTime "${time}" is neither epoch milliseconds (or microseconds) nor a time as 2024-08-09T00:00:00Z`
    )
  const [open, high, low] = [price('open'), price('high'), price('low')]
  const [close, volume] = [price('close'), size('volume')]
  if (Math.max(open, low, close) > high || Math.min(open, close) < low)
    throw wrongLine(path, line, `open ${open} and close ${close} do not lie between low ${low} and high ${high}`)
  const quoteVolume = header.has('quoteVolume') ? size('quoteVolume') : ((high + low + close) / 3) * volume
  return { line, openTime, open, high, low, close, volume, quoteVolume }
}

/** Whether a line is of a candle that was open when the file was made: what it will be is not known yet. */
export const isOpen = (header: Header, text: string): boolean => {
  const at = header.get('final')
  return at !== undefined && /^f(alse)?$/i.test(cellsOf(text)[at] ?? '')
}

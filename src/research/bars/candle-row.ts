import { parsePrice, parseSize } from '../../market/parse-decimal.ts'
import { isMissing, type NumberForm } from './columns/file-number.ts'
import type { TimeForm } from './columns/file-time.ts'
import type { Places } from './columns/unnamed-columns.ts'
import { type Table, type TableRow, wrongAt } from './table/table.ts'

/** A candle of a file: its time in epoch milliseconds, its money as numbers, and where it stands. */
export type CandleRow = {
  readonly at: number
  readonly openTime: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** 0 where the file has none. */
  readonly volume: number
  readonly quoteVolume: number
}

/** How the rows of a table become candles. */
export type RowForm = {
  readonly table: Pick<Table, 'name' | 'counts'>
  readonly places: Places
  readonly time: TimeForm
  readonly number: NumberForm
}

/** When a row's candle opens. Throws `TS-DATA` that names the place, and what stands there. */
const openTimeOf = ({ table, places, time }: RowForm, { at, cells }: TableRow): number => {
  const cell = cells[places.time] ?? ''
  const text = places.clock === null ? cell : `${cell} ${clockText(cells[places.clock] ?? '')}`
  const openTime = time.read(text)
  if (openTime !== null) return openTime
  throw wrongAt(
    table,
    at,
    `openTime "${text.slice(0, 80)}" is no time; write 1723161600000 (seconds, micro- and nanoseconds too) or 2024-08-09T00:00:00Z`
  )
}

/** `0905` and `090500` → `09:05:00`. */
const clockText = (cell: string): string =>
  cell.replace(/^(\d\d)(\d\d)(\d\d)?$/, (_, h, m, s = '00') => `${h}:${m}:${s}`)

/** A row that stands for an outage: a time, and no price. */
export const isEmpty = ({ places }: RowForm, { cells }: TableRow): boolean =>
  [places.open, places.high, places.low, places.close].every(at => isMissing(cells[at] ?? ''))

/** Whether a row is of a candle that was open when the file was made: what it will be is not known yet. */
export const isOpen = ({ places }: RowForm, { cells }: TableRow): boolean =>
  places.final !== null && /^(?:f(?:alse)?|0)$/i.test(cells[places.final] ?? '')

/** Reads one candle. Throws `TS-DATA` that names the place, the column and what stands there. */
export const parseCandleRow = (form: RowForm, row: TableRow): CandleRow => {
  const { table, places, number } = form
  const { at, cells } = row
  const figure = (name: string, place: number, parse: typeof parsePrice, wanted: string): number => {
    const cell = cells[place] ?? ''
    const text = parse(number.plain(cell))
    if (text === null) throw wrongAt(table, at, `${name} "${cell.slice(0, 80)}" is not a ${wanted}`)
    return Number(text)
  }
  const price = (name: 'open' | 'high' | 'low' | 'close'): number =>
    figure(name, places[name], parsePrice, 'number above 0, written as 61837.63')
  const size = (name: string, place: number | null): number | null =>
    place === null ? null : figure(name, place, parseSize, 'number of at least 0, written as 0.00123')
  const openTime = openTimeOf(form, row)
  const [open, high, low] = [price('open'), price('high'), price('low')]
  const [close, volume] = [price('close'), size('volume', places.volume) ?? 0]
  if (Math.max(open, low, close) > high || Math.min(open, close) < low)
    throw wrongAt(table, at, `open ${open} and close ${close} do not lie between low ${low} and high ${high}`)
  const quoteVolume = size('quoteVolume', places.quoteVolume) ?? ((high + low + close) / 3) * volume
  return { at, openTime, open, high, low, close, volume, quoteVolume }
}

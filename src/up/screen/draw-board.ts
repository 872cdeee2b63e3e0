import type { Row } from './board.ts'

/** What is drawn around the rows. */
export type Surroundings = {
  readonly simulated: boolean
  readonly stages: readonly string[]
  readonly footer: readonly string[]
  readonly columns: number
}

type Column = { readonly title: string; readonly width: number; readonly cell: (row: Row) => string }

const column = (title: string, width: number, cell: (row: Row) => string): Column => ({ title, width, cell })

/** In the order of their worth: a narrow terminal loses the last ones first. */
const COLUMNS: readonly Column[] = [
  column('price', 12, row => row.candle?.close ?? '·'),
  column('today', 9, row => change(row)),
  column('trades/s', 9, row => row.tradesPerSecond?.toFixed(1) ?? '·'),
  column('lag', 8, row => lag(row.lagMs)),
  column('gaps', 24, row => gapWords(row)),
  column('open', 12, row => row.candle?.open ?? '·'),
  column('high', 12, row => row.candle?.high ?? '·'),
  column('low', 12, row => row.candle?.low ?? '·'),
  column('volume', 14, row => row.candle?.volume ?? '·')
]
const NAME_WIDTH = 18

/** The block below the scrolling lines, one row an instrument. */
export const drawBoard = (rows: readonly Row[], around: Surroundings): readonly string[] => {
  const columns = fitting(around.columns)
  const head = `${'tickstream'.padEnd(NAME_WIDTH)}${columns.map(({ title, width }) => title.padStart(width)).join('')}`
  return [
    rule(around),
    head,
    ...rows.map(row => `${row.instrument.padEnd(NAME_WIDTH)}${columns.map(column => clip(column, row)).join('')}`),
    '',
    around.stages.join(' · '),
    ...around.footer
  ].map(line => line.slice(0, around.columns - 1))
}

/** One line for where there is no terminal. */
export const statusLine = (rows: readonly Row[], stages: readonly string[]): string =>
  [
    ...rows.map(row => `${row.instrument} ${row.candle?.close ?? '·'} (lag ${lag(row.lagMs)}, ${gapWords(row)})`),
    ...stages
  ].join(' · ')

const rule = ({ simulated, columns }: Surroundings): string =>
  (simulated ? '── SIMULATED MARKET: these are no real prices ' : '').padEnd(columns - 1, '─')

const fitting = (width: number): readonly Column[] => {
  let left = width - NAME_WIDTH - 1
  return COLUMNS.filter(column => {
    left -= column.width
    return left >= 0
  })
}

const clip = ({ width, cell }: Column, row: Row): string =>
  cell(row)
    .slice(0, width - 1)
    .padStart(width)

const change = ({ candle, dayOpen }: Row): string => {
  if (!candle || dayOpen === null || Number(dayOpen) === 0) return '·'
  const percent = (Number(candle.close) / Number(dayOpen) - 1) * 100
  return `${percent >= 0 ? '+' : ''}${percent.toFixed(2)} %`
}

const lag = (ms: number | null): string => {
  if (ms === null) return '·'
  return ms < 100_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`
}

const gapWords = ({ gaps: { open, filled, unrecoverable } }: Row): string => {
  if (open + filled + unrecoverable === 0) return 'no gaps'
  return `${open} open ${filled} filled${unrecoverable > 0 ? ` ${unrecoverable} lost` : ''}`
}

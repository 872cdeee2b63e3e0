import { iso } from '../../market/time.ts'
import { intervalName } from '../interval-name.ts'
import type { RowForm } from './candle-row.ts'
import type { Gaps } from './check-order.ts'
import type { Table } from './table/table.ts'

/** What became of a file. */
export type Understood = {
  readonly path: string
  readonly table: Pick<Table, 'format' | 'isDouble'>
  readonly form: Pick<RowForm, 'time' | 'number'> & { readonly said: string }
  readonly count: number
  readonly spacingMs: number
  readonly from: number
  readonly to: number
  readonly isNewestFirst: boolean
  readonly gaps: Gaps
  /** Rows that stood there twice. */
  readonly repeated: number
  /** Rows without a price. */
  readonly empty: number
}

const many = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

const drawGaps = ({ count, missing, uneven, longest }: Gaps, spacingMs: number): string => {
  if (longest === null) return 'no gap'
  const steps = uneven > 0 ? `, ${many(uneven, 'uneven step')}` : ''
  const length = intervalName(longest.to - longest.from - spacingMs)
  return `${many(count, 'gap')} of ${many(missing, 'candle')} in all${steps}, the longest of ${length} after ${iso(longest.from)}`
}

/** One line that says how a file was read. */
export const drawUnderstood = (read: Understood): string => {
  const { path, table, form, count, spacingMs, from, to } = read
  const parts = [
    `${many(count, 'candle')} of ${intervalName(spacingMs)}, ${iso(from)} to ${iso(to)}`,
    `${table.format}${table.isDouble ? ' of doubles' : ''}, ${form.said}`,
    `times in ${form.time.said()}`,
    ...(form.number.said === null ? [] : [form.number.said]),
    read.isNewestFirst ? 'newest first' : 'oldest first',
    drawGaps(read.gaps, spacingMs),
    ...(read.repeated > 0 ? [`${many(read.repeated, 'row')} twice, taken once`] : []),
    ...(read.empty > 0 ? [`${many(read.empty, 'row')} without prices left out`] : [])
  ]
  return `${path}: ${parts.join('; ')}`
}

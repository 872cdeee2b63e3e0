import { INTERVAL_MS, INTERVALS, type Kept } from '../../../market/interval.ts'
import { type EpochMs, epochMs } from '../../../market/time.ts'

/** A table that is cut by time: all rows of a kind that are kept equally long. The rows of its partitions are those of `table`. */
export type RangedTable = {
  /** As in sql/: `candles_1m`, `kpis`. */
  readonly name: string
  /** What others know it by: `candles`, `kpis`. */
  readonly table: string
  /** The column of time. */
  readonly time: string
  readonly kept: Kept
  readonly width: 'day' | 'month' | 'year'
}

/** Rows from `from`, inclusive, to `to`, exclusive. */
export type Partition = { readonly name: string; readonly from: EpochMs; readonly to: EpochMs }

/** A partition of what is kept for days is a day; what is kept for ever has one a year, so that a query opens few. */
const widthOf = (kept: Kept): RangedTable['width'] => {
  if (kept === 'kpis' || INTERVAL_MS[kept] < INTERVAL_MS['1m']) return 'day'
  return INTERVAL_MS[kept] < INTERVAL_MS['1h'] ? 'month' : 'year'
}

const ranged = (name: string, table: string, time: string, kept: Kept): RangedTable => ({
  name,
  table,
  time,
  kept,
  width: widthOf(kept)
})

const ofIntervals = (table: string): readonly RangedTable[] =>
  INTERVALS.map(interval => ranged(`${table}_${interval}`, table, 'open_time', interval))

export const rangedTables: readonly RangedTable[] = [
  ...ofIntervals('candles'),
  ...ofIntervals('indicators'),
  ...ofIntervals('pair_stats'),
  ranged('verifications', 'verifications', 'open_time', '1m'),
  ranged('kpis', 'kpis', 'time', 'kpis')
]

/** Where rows stand that have no partition yet. */
export const restOf = ({ name }: RangedTable): string => `${name}_rest`

const START = { day: 10, month: 7, year: 4 } as const

/** The partition that a row of that time belongs to; days, months and years are those of UTC. */
export const partitionAt = ({ name, width }: RangedTable, time: EpochMs): Partition => {
  const date = new Date(time)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  const [from, to] = {
    day: [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)] as const,
    month: [Date.UTC(year, month), Date.UTC(year, month + 1)] as const,
    year: [Date.UTC(year, 0), Date.UTC(year + 1, 0)] as const
  }[width]
  const label = new Date(from).toISOString().slice(0, START[width]).replaceAll('-', '')
  return { name: `${name}_${label}`, from: epochMs(from), to: epochMs(to) }
}

import { instrumentKey } from '../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../market/interval.ts'
import type { Candle } from '../../market/records/derived/candle.ts'
import type { Gap } from '../../market/records/feed/gap.ts'

/** What a watcher sees of one instrument. */
export type Row = {
  readonly instrument: string
  /** The candle of a minute, or of the interval nearest to it, that changed last. */
  readonly candle: Candle | null
  /** Open of the UTC day as far as it was seen. */
  readonly dayOpen: string | null
  readonly tradesPerSecond: number | null
  /** From the end of the newest finished window to its candle's arrival here, in milliseconds; when none comes any more, to now. */
  readonly lagMs: number | null
  readonly gaps: Readonly<Record<Gap['status'], number>>
}

/** Folds candles and gaps into rows, one an instrument. */
export type Board = {
  readonly updateCandle: (candle: Candle, now: number) => void
  readonly updateGap: (key: string, gap: Gap) => void
  readonly rows: (now: number) => readonly Row[]
}

const RATE_OVER_MS = 10_000
/** A finished candle that is so much overdue is missed. */
const OVERDUE_MS = 2_000

/** Which intervals the board reads: the one shown, the finest for rate and lag, the day for the change. */
export const boardIntervals = (intervals: readonly Interval[]): readonly Interval[] => {
  const shown = shownInterval(intervals)
  return [...new Set([intervals[0]!, shown, ...intervals.filter(interval => interval === '1d')])]
}

const shownInterval = (intervals: readonly Interval[]): Interval =>
  intervals.findLast(interval => INTERVAL_MS[interval] <= INTERVAL_MS['1m']) ?? intervals[0]!

export const createBoard = (instruments: readonly string[], intervals: readonly Interval[]): Board => {
  const shown = shownInterval(intervals)
  const finest = intervals[0]!
  const rows = new Map(instruments.map(instrument => [instrument, emptyRow(instrument)]))
  const recent = new Map<string, Candle[]>()
  const gaps = new Map<string, Gap>()
  const update = (instrument: string, change: Partial<Row>): void =>
    void rows.set(instrument, { ...(rows.get(instrument) ?? emptyRow(instrument)), ...change })
  const updateCandle = (candle: Candle, now: number): void => {
    const instrument = instrumentKey(candle)
    const current = rows.get(instrument)?.candle
    if (candle.interval === shown && (!current || candle.openTime >= current.openTime)) update(instrument, { candle })
    if (candle.interval === '1d') update(instrument, { dayOpen: candle.open })
    if (candle.interval !== finest || !candle.final || candle.revision > 0) return
    const window = [...(recent.get(instrument) ?? []), candle].slice(-Math.ceil(RATE_OVER_MS / INTERVAL_MS[finest]))
    recent.set(instrument, window)
    update(instrument, { lagMs: now - candle.closeTime, tradesPerSecond: rate(window, INTERVAL_MS[finest]) })
  }
  const updateGap = (key: string, gap: Gap): void => {
    gaps.set(key, gap)
    const own = [...gaps.values()].filter(other => instrumentKey(other) === instrumentKey(gap))
    update(instrumentKey(gap), { gaps: countByStatus(own) })
  }
  const age = (row: Row, now: number): Row => {
    const newest = recent.get(row.instrument)?.at(-1)
    if (!newest || row.lagMs === null) return row
    const lagMs = now - newest.closeTime
    if (lagMs < row.lagMs + INTERVAL_MS[finest] + OVERDUE_MS) return row
    return { ...row, lagMs, tradesPerSecond: null }
  }
  return { updateCandle, updateGap, rows: now => [...rows.values()].map(row => age(row, now)) }
}

const rate = (window: readonly Candle[], lengthMs: number): number =>
  window.reduce((sum, candle) => sum + candle.tradeCount, 0) / ((window.length * lengthMs) / 1_000)

const countByStatus = (gaps: readonly Gap[]): Row['gaps'] => {
  const count = { open: 0, filled: 0, unrecoverable: 0 }
  for (const gap of gaps) count[gap.status]++
  return count
}

const emptyRow = (instrument: string): Row => ({
  instrument,
  candle: null,
  dayOpen: null,
  tradesPerSecond: null,
  lagMs: null,
  gaps: { open: 0, filled: 0, unrecoverable: 0 }
})

import type { EpochMs } from './time.ts'
import { epochMs } from './time.ts'

/** Length of every candle interval in milliseconds, finest first. Each divides the next, so fine candles roll up into coarse ones. */
export const INTERVAL_MS = {
  '1s': 1_000,
  '5s': 5_000,
  '10s': 10_000,
  '30s': 30_000,
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000
} as const

export type Interval = keyof typeof INTERVAL_MS

export const INTERVALS = Object.keys(INTERVAL_MS) as readonly Interval[]

/** From a minute up. */
export const MINUTES_AND_UP = INTERVALS.filter(interval => INTERVAL_MS[interval] >= INTERVAL_MS['1m'])

export const isInterval = (text: string): text is Interval => Object.hasOwn(INTERVAL_MS, text)

/** Start of the window of `lengthMs` that holds `time`; windows are aligned to the UTC epoch. */
export const windowStart = (time: number, lengthMs: number): EpochMs => epochMs(time - (time % lengthMs))

/** What a database keeps for a time of its own: the windows of an interval, or KPIs. */
export const KEPT = [...INTERVALS, 'kpis'] as const

export type Kept = Interval | 'kpis'

/** How long a database keeps rows, in milliseconds of market time; null: for ever. */
export type Retention = Readonly<Record<Kept, number | null>>

import { INTERVAL_MS, INTERVALS } from '../market/interval.ts'

/** A month of the calendar counts as a twelfth of 365 days. */
export const MONTH_MS = (365 * INTERVAL_MS['1d']) / 12

/** `60000` → `1m`; a length that has no name among the intervals in the largest unit that divides it: `3m`, `4h`, `7s`; a month is `1M`. */
export const intervalName = (lengthMs: number): string => {
  if (lengthMs === MONTH_MS) return '1M'
  const interval = INTERVALS.find(interval => INTERVAL_MS[interval] === lengthMs)
  if (interval !== undefined) return interval
  const unit = (['1d', '1h', '1m', '1s'] as const).find(one => lengthMs % INTERVAL_MS[one] === 0)
  return unit === undefined ? `${lengthMs}ms` : `${lengthMs / INTERVAL_MS[unit]}${unit.slice(1)}`
}

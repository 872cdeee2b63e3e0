import { INTERVAL_MS, type Interval, isInterval } from '../../market/interval.ts'

const HOUR_MS = 3_600_000

/** Ranges of time that a button shows; `All` is as much as there is. */
export const RANGES = ['1h', '6h', '1D', '1W', '1M', 'All'] as const

export type Range = (typeof RANGES)[number]

const RANGE_MS: Readonly<Record<Exclude<Range, 'All'>, number>> = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '1D': 24 * HOUR_MS,
  '1W': 168 * HOUR_MS,
  '1M': 720 * HOUR_MS
}

export const isRange = (text: string | undefined): text is Range => RANGES.some(range => range === text)

/** null: all there is. */
export const rangeMs = (range: Range): number | null => (range === 'All' ? null : RANGE_MS[range])

/** More candles than this are a smear on a screen. */
const MAX_CANDLES = 1_500
const FEWEST_CANDLES = 12

const known = (intervals: readonly string[]): readonly Interval[] => intervals.filter(isInterval)

/** The interval in which a range can be read: the one at hand if it can be, otherwise the finest that can. */
export const intervalFor = (range: Range, current: Interval, intervals: readonly string[]): Interval => {
  const length = rangeMs(range)
  if (length === null) return current
  const isReadable = (interval: Interval): boolean => {
    const candles = length / INTERVAL_MS[interval]
    return candles <= MAX_CANDLES && candles >= FEWEST_CANDLES
  }
  return isReadable(current) ? current : (known(intervals).find(isReadable) ?? current)
}

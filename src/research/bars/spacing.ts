import { INTERVAL_MS } from '../../market/interval.ts'
import { MONTH_MS } from '../interval-name.ts'
import type { CandleRow } from './candle-row.ts'

const DAY_MS = INTERVAL_MS['1d']
const SHORTEST_MONTH = 28 * DAY_MS
const LONGEST_MONTH = 31 * DAY_MS

const distances = (rows: readonly CandleRow[]): readonly number[] =>
  rows.slice(1).map(({ openTime }, n) => Math.abs(openTime - rows[n]!.openTime))

const isMonthly = (found: readonly number[]): boolean =>
  found.length > 0 &&
  found.every(distance => distance >= SHORTEST_MONTH && distance <= LONGEST_MONTH) &&
  new Set(found).size > 1

/** The most frequent distance between neighbours in milliseconds, the smallest of equally frequent ones; null where all stand at one time. */
export const usualSpacing = (rows: readonly CandleRow[]): number | null => {
  const found = distances(rows).filter(distance => distance > 0)
  if (isMonthly(found)) return MONTH_MS
  const counts = new Map<number, number>()
  for (const distance of found) counts.set(distance, (counts.get(distance) ?? 0) + 1)
  const [best] = [...counts].sort(([one, often], [other, oftener]) => oftener - often || one - other)
  return best?.[0] ?? null
}

const monthOf = (time: number): number => {
  const date = new Date(time)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** How many candles lie between two times: 0 for neighbours; null for times that are no whole number of candles apart. */
export const candlesBetween = (spacingMs: number, before: number, after: number): number | null => {
  if (spacingMs === MONTH_MS) return after > before ? monthOf(after) - monthOf(before) - 1 : null
  const steps = (after - before) / spacingMs
  return Number.isInteger(steps) && steps > 0 ? steps - 1 : null
}

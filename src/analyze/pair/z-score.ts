import { mean } from '../sliding.ts'

/** Where the newest value stands among all of them; null what is undefined. */
export type ZScore = {
  readonly mean: number | null
  /** Sample deviation, n − 1. */
  readonly std: number | null
  readonly score: number | null
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** Of a series, oldest first. There is no score where nothing moves. */
export const zScore = (values: readonly number[]): ZScore => {
  const middle = mean(values)
  let squares = 0
  for (const value of values) squares += (value - middle) ** 2
  const std = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : Number.NaN
  const score = std > 0 ? (values.at(-1)! - middle) / std : Number.NaN
  return { mean: orNull(middle), std: orNull(std), score: orNull(score) }
}

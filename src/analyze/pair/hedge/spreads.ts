import type { Line } from './line.ts'

/** What the arithmetic of a spread can leave over of nothing, as a share of its terms. */
const ROUNDING = 4 * Number.EPSILON

/** `a − alpha − beta·b`; 0 where no more is left than rounding leaves, so that a perfect line has no spread to test. */
export const spreadOf = ({ alpha, beta }: Line, a: number, b: number): number => {
  const hedge = beta * b
  const spread = a - alpha - hedge
  const rounding = ROUNDING * (Math.abs(a) + Math.abs(alpha) + Math.abs(hedge))
  return Number.isFinite(rounding) && Math.abs(spread) <= rounding ? 0 : spread
}

/** Of every point. */
export const spreads = (line: Line, a: readonly number[], b: readonly number[]): readonly number[] =>
  a.map((value, n) => spreadOf(line, value, b[n]!))

import { finiteLine, type Line } from './line.ts'
import { median } from './median.ts'

/** Up to so many points every two of them are joined; of more, as many twos as these have are drawn. */
const MAX_POINTS = 500
const DRAWN = (MAX_POINTS * (MAX_POINTS - 1)) / 2
const SEED = 0x7115e7

/** Whole numbers below `below` from a fixed seed (xorshift32): the same points always give the same line. */
const drawer = (below: number): (() => number) => {
  let state = SEED
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** Slopes as they are found; points of the same `b` have none between them. */
type Found = { readonly slopes: Float64Array; count: number }

const join = (found: Found, rise: number, run: number): void => {
  if (run !== 0) found.slopes[found.count++] = rise / run
}

const joinAll = (found: Found, a: readonly number[], b: readonly number[]): void => {
  for (let one = 1; one < a.length; one++)
    for (let other = 0; other < one; other++) join(found, a[one]! - a[other]!, b[one]! - b[other]!)
}

const joinSome = (found: Found, a: readonly number[], b: readonly number[]): void => {
  const draw = drawer(a.length)
  for (let n = 0; n < DRAWN; n++) {
    const [one, other] = [draw(), draw()]
    join(found, a[one]! - a[other]!, b[one]! - b[other]!)
  }
}

const slopesOf = (a: readonly number[], b: readonly number[]): Float64Array => {
  const isFew = a.length <= MAX_POINTS
  const found = { slopes: new Float64Array(isFew ? (a.length * (a.length - 1)) / 2 : DRAWN), count: 0 }
  if (isFew) joinAll(found, a, b)
  else joinSome(found, a, b)
  return found.slopes.subarray(0, found.count)
}

/**
 * The median of the slopes between every two points (Sen, JASA 63, 1968), through the medians of both (Conover): as scipy's `theilslopes`.
 * Up to 29 % of the points may lie anywhere. null where `b` does not move or something is not finite.
 */
export const fitTheilSen = (a: readonly number[], b: readonly number[]): Line | null => {
  if (!(a.every(Number.isFinite) && b.every(Number.isFinite))) return null
  const beta = median(slopesOf(a, b))
  const [middleA, middleB] = [median(Float64Array.from(a)), median(Float64Array.from(b))]
  if (beta === null || middleA === null || middleB === null) return null
  return finiteLine(middleA - beta * middleB, beta)
}

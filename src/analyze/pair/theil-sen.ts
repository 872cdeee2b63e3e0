import { finiteLine, type Line } from './line.ts'
import { median } from './median.ts'

/** Up to so many points every two of them are joined; of more, as many twos as these have are drawn. */
const MOST_POINTS = 500
const DRAWN = (MOST_POINTS * (MOST_POINTS - 1)) / 2
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

/** Calls `join` with every two of `count` points, or with a sample of them. */
const eachTwo = (count: number, join: (one: number, other: number) => void): void => {
  if (count <= MOST_POINTS) {
    for (let one = 1; one < count; one++) for (let other = 0; other < one; other++) join(one, other)
    return
  }
  const draw = drawer(count)
  for (let n = 0; n < DRAWN; n++) join(draw(), draw())
}

/** Slopes between points of different `b`; those of the same have none. */
const slopes = (a: readonly number[], b: readonly number[]): Float64Array => {
  const found = new Float64Array(Math.min((a.length * (a.length - 1)) / 2, DRAWN))
  let size = 0
  eachTwo(a.length, (one, other) => {
    const run = b[one]! - b[other]!
    if (run !== 0) found[size++] = (a[one]! - a[other]!) / run
  })
  return found.subarray(0, size)
}

/**
 * The median of the slopes between every two points (Sen, JASA 63, 1968), through the medians of both (Conover): as scipy's `theilslopes`.
 * Up to 29 % of the points may lie anywhere. null where `b` does not move or something is not finite.
 */
export const fitTheilSen = (a: readonly number[], b: readonly number[]): Line | null => {
  if (!(a.every(Number.isFinite) && b.every(Number.isFinite))) return null
  const beta = median(slopes(a, b))
  const [middleA, middleB] = [median(Float64Array.from(a)), median(Float64Array.from(b))]
  if (beta === null || middleA === null || middleB === null) return null
  return finiteLine(middleA - beta * middleB, beta)
}

import { addPoint, type Moments, mergeMoments, NO_MOMENTS } from '../hedge/moments.ts'

/**
 * Moments of the newest `window` points, in constant time a point, and nothing is ever subtracted:
 * points come in blocks of the window's length, so that a window is the end of one block, summed backwards when it was full,
 * and the beginning of the next, summed as it comes. What has left the window has left no rounding behind.
 */
export type RollingMoments = {
  readonly window: number
  /** Position of the next point in its block. */
  next: number
  x: number[]
  y: number[]
  /** Of the present block. */
  begun: Moments
  /** Of the last 0, 1, 2 … points of the block before. */
  ends: readonly Moments[]
}

/** `position`: where the first point stands in its block; the same points at the same positions give the same bits. */
export const newRollingMoments = (window: number, position = 0): RollingMoments => ({
  window,
  next: position,
  x: [],
  y: [],
  begun: NO_MOMENTS,
  ends: [NO_MOMENTS]
})

const endsOf = (x: readonly number[], y: readonly number[]): readonly Moments[] => {
  const ends = [NO_MOMENTS]
  for (let n = x.length - 1; n >= 0; n--) ends.push(addPoint(ends.at(-1)!, x[n]!, y[n]!))
  return ends
}

const beginBlock = (rolling: RollingMoments): void => {
  rolling.ends = endsOf(rolling.x, rolling.y)
  rolling.next = 0
  rolling.x = []
  rolling.y = []
  rolling.begun = NO_MOMENTS
}

/** Takes a point in place; the moments of the newest `window` points, of fewer while fewer have come. */
export const roll = (rolling: RollingMoments, x: number, y: number): Moments => {
  if (rolling.next === rolling.window) beginBlock(rolling)
  rolling.next++
  rolling.x.push(x)
  rolling.y.push(y)
  rolling.begun = addPoint(rolling.begun, x, y)
  const older = Math.min(rolling.window - rolling.next, rolling.ends.length - 1)
  return mergeMoments(rolling.ends[older]!, rolling.begun)
}

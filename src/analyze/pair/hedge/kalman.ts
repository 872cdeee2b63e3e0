import type { Line } from './line.ts'
import { momentsOf } from './moments.ts'
import { fitOls } from './ols.ts'
import { spreadOf } from './spreads.ts'

/** What the filter makes of points that come after its beginning, oldest first. */
export type Filtered = {
  /** The line as it was known before the newest point. */
  readonly line: Line
  /** How far each point was from the line known before it. */
  readonly innovations: readonly number[]
  /**
   * What one of `a` hedged by `beta` of `b` has gained, the hedge of every step the one known at its beginning: a spread that could have
   * been held. It begins at the first innovation.
   */
  readonly held: readonly number[]
}

/** The level of `a` where `b` is at its middle, and how much a deviation of `b` moves it; with the covariance of both, symmetric. */
type State = {
  readonly level: number
  readonly slope: number
  readonly p00: number
  readonly p01: number
  readonly p11: number
}

/** `b` as the beginning saw it: `x = (b − middle) / deviation`. */
type Scale = { readonly middle: number; readonly deviation: number }

const DELTA = 1e-4
/** Variance that both coefficients gain at each step, each on its own, as a share of that of an observation. */
const DRIFT = DELTA / (1 - DELTA)

/** The line of least squares through the beginning, as uncertain as that fit is; null where `b` does not move or a figure is not finite. */
const begin = (a: readonly number[], b: readonly number[]): { readonly state: State; readonly scale: Scale } | null => {
  const moments = momentsOf(b, a)
  const line = fitOls(moments)
  if (line === null) return null
  const { count, meanX: middle, meanY: level, sxx } = moments
  const deviation = Math.sqrt(sxx / count)
  const slope = line.beta * deviation
  return { state: { level, slope, p00: 1 / count, p01: 0, p11: 1 / count }, scale: { middle, deviation } }
}

const lineOf = ({ level, slope }: State, { middle, deviation }: Scale): Line => {
  const beta = slope / deviation
  return { alpha: level - beta * middle, beta }
}

/** What the filter knows once it has seen a point that was `innovation` away from what it knew. */
const learn = ({ level, slope, p00, p01, p11 }: State, x: number, innovation: number): State => {
  const [r00, r11] = [p00 + DRIFT, p11 + DRIFT]
  const [h0, h1] = [r00 + x * p01, p01 + x * r11]
  const variance = h0 + x * h1 + 1
  const [gain0, gain1] = [h0 / variance, h1 / variance]
  return {
    level: level + gain0 * innovation,
    slope: slope + gain1 * innovation,
    p00: r00 - gain0 * h0,
    p01: p01 - gain0 * h1,
    p11: r11 - gain1 * h1
  }
}

/** What the step to a point has gained under a line; nothing where no more is left than rounding leaves. */
const gainOf = ({ beta }: Line, a: number, b: number, before: { readonly a: number; readonly b: number }): number =>
  spreadOf({ alpha: before.a - beta * before.b, beta }, a, b)

/**
 * A line whose coefficients walk at random, followed by a Kalman filter (Chan, Algorithmic Trading, 2013, ch. 3): `a` is observed as
 * alpha + beta·b. Chan's variances (1e-3 of an observation, 1e-4 of a step) are of prices of about 20 dollars. Here both are in units of
 * the variance that the line of least squares leaves at the beginning, and `b` is in its deviations from its mean there; that unit is in
 * every term of the gain, so it cancels. So the unit of either price changes nothing, and neither does where 0 is: logarithms too.
 *
 * The first `begins` of the points make the beginning; null where they have no line, and where a figure is not finite.
 */
export const filterLine = (a: readonly number[], b: readonly number[], begins: number): Filtered | null => {
  const beginning = begin(a.slice(0, begins), b.slice(0, begins))
  if (beginning === null) return null
  const { scale } = beginning
  let { state } = beginning
  let line = lineOf(state, scale)
  const [innovations, held]: [number[], number[]] = [[], []]
  for (let n = begins; n < a.length; n++) {
    line = lineOf(state, scale)
    const innovation = spreadOf(line, a[n]!, b[n]!)
    const gain = gainOf(line, a[n]!, b[n]!, { a: a[n - 1]!, b: b[n - 1]! })
    held.push(n === begins ? innovation : held.at(-1)! + gain)
    innovations.push(innovation)
    state = learn(state, (b[n]! - scale.middle) / scale.deviation, innovation)
  }
  const isKnown = Number.isFinite(state.level + state.slope + line.alpha + line.beta)
  return isKnown ? { line, innovations, held } : null
}

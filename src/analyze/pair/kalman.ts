import type { Line } from './line.ts'
import { spreadOf } from './spreads.ts'

/** What the filter holds before an observation: the line, and how uncertain it is (the symmetric covariance of alpha and beta). */
export type Kalman = Line & { readonly p00: number; readonly p01: number; readonly p11: number }

/** What an observation came to: `before` the line as it was known without it, `spread` its distance from that, and the filter after it. */
export type Observed = { readonly before: Line; readonly spread: number; readonly after: Kalman }

export const NEW_KALMAN: Kalman = { alpha: 0, beta: 0, p00: 0, p01: 0, p11: 0 }

const DELTA = 1e-4
/** Variance that both coefficients gain at each step, each on its own. */
const DRIFT = DELTA / (1 - DELTA)
/** Variance of an observation. */
const NOISE = 1e-3

const isKnown = ({ alpha, beta, p00, p01, p11 }: Kalman): boolean => Number.isFinite(alpha + beta + p00 + p01 + p11)

/**
 * A line whose coefficients walk at random, followed by a Kalman filter (Chan, Algorithmic Trading, 2013, ch. 3): `a` is observed as
 * alpha + beta·b. The spread is taken before the line has learnt of it. An observation too large for a number teaches nothing.
 */
export const observe = (of: Kalman, a: number, b: number): Observed => {
  const { alpha, beta } = of
  const [r00, r01, r11] = [of.p00 + DRIFT, of.p01, of.p11 + DRIFT]
  const spread = spreadOf(of, a, b)
  const [h0, h1] = [r00 + b * r01, r01 + b * r11]
  const variance = h0 + b * h1 + NOISE
  const [gain0, gain1] = [h0 / variance, h1 / variance]
  const after = {
    alpha: alpha + gain0 * spread,
    beta: beta + gain1 * spread,
    p00: r00 - gain0 * h0,
    p01: r01 - gain0 * h1,
    p11: r11 - gain1 * h1
  }
  return { before: { alpha, beta }, spread, after: isKnown(after) ? after : of }
}

/** Sums of squares and products of points (x, y) about their means. */
export type Moments = {
  readonly count: number
  readonly meanX: number
  readonly meanY: number
  readonly sxx: number
  readonly sxy: number
  readonly syy: number
}

export const NO_MOMENTS: Moments = { count: 0, meanX: 0, meanY: 0, sxx: 0, sxy: 0, syy: 0 }

/** One point more (Welford, Technometrics 4, 1962). Equal values keep sums of exactly 0. */
export const addPoint = (moments: Moments, x: number, y: number): Moments => {
  const count = moments.count + 1
  const [dx, dy] = [x - moments.meanX, y - moments.meanY]
  const share = moments.count / count
  return {
    count,
    meanX: moments.meanX + dx / count,
    meanY: moments.meanY + dy / count,
    sxx: moments.sxx + dx * dx * share,
    sxy: moments.sxy + dx * dy * share,
    syy: moments.syy + dy * dy * share
  }
}

/** The moments of two sets of points together (Chan, Golub and LeVeque, 1979). */
export const mergeMoments = (one: Moments, other: Moments): Moments => {
  if (one.count === 0) return other
  if (other.count === 0) return one
  const count = one.count + other.count
  const [dx, dy] = [other.meanX - one.meanX, other.meanY - one.meanY]
  const share = (one.count * other.count) / count
  return {
    count,
    meanX: one.meanX + (dx * other.count) / count,
    meanY: one.meanY + (dy * other.count) / count,
    sxx: one.sxx + other.sxx + dx * dx * share,
    sxy: one.sxy + other.sxy + dx * dy * share,
    syy: one.syy + other.syy + dy * dy * share
  }
}

/** Of `x[i], y[i]`, both of one length. */
export const momentsOf = (x: readonly number[], y: readonly number[]): Moments => {
  let moments = NO_MOMENTS
  for (let n = 0; n < x.length; n++) moments = addPoint(moments, x[n]!, y[n]!)
  return moments
}

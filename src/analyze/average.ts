/** A mean that follows its input: how many values it has taken, counted up to its period, and where it stands. */
export type Average = { readonly count: number; readonly mean: number }

export const NO_AVERAGE: Average = { count: 0, mean: 0 }

/** Takes a value: the plain mean of the first `period` of them, and from then on `weight` of the way towards each. */
export const follow = (average: Average, value: number, period: number, weight: number): Average => {
  const count = Math.min(average.count + 1, period)
  const share = average.count < period ? 1 / count : weight
  return { count, mean: average.mean + share * (value - average.mean) }
}

/** Wilder's smoothing (New Concepts in Technical Trading Systems, 1978): each value counts 1 / period. */
export const followWilder = (average: Average, value: number, period: number): Average =>
  follow(average, value, period, 1 / period)

/** Means by their plain definitions over all values at once, in no way like the running ones. */

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

export const plainMean = (values: readonly number[]): number => sum(values) / values.length

/** Seeded by the mean of the first `period` values, then `weight` of each further one; one value for each input from the seed on. */
const plainSmoothing = (values: readonly number[], period: number, weight: number): readonly number[] => {
  const means = [plainMean(values.slice(0, period))]
  for (const value of values.slice(period)) means.push(weight * value + (1 - weight) * means.at(-1)!)
  return means
}

export const plainEma = (values: readonly number[], period: number): readonly number[] =>
  plainSmoothing(values, period, 2 / (period + 1))

export const plainWilder = (values: readonly number[], period: number): readonly number[] =>
  plainSmoothing(values, period, 1 / period)

/** The exact sum of numbers of up to ten digits behind the point. */
export const exactSum = (values: readonly number[]): number =>
  Number(`${values.reduce((total, value) => total + BigInt(Math.round(value * 1e7)), 0n)}e-7`)

/** What each value adds to the one before it. */
export const steps = (values: readonly number[]): readonly number[] =>
  values.slice(1).map((value, at) => value - values[at]!)

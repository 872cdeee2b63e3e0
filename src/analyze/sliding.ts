/** The newest `most` values with one more, oldest first; what was handed in stays as it is. */
export const slide = <T>(values: readonly T[], next: T, most: number): readonly T[] => {
  const slid = values.slice(values.length < most ? 0 : 1)
  slid.push(next)
  return slid
}

/**
 * The mean of at least one value, always of the window itself: a sum that is carried along would drift.
 * Taken from the first value, so that equal values have exactly that mean.
 */
export const mean = (values: readonly number[]): number => {
  const first = values[0] ?? Number.NaN
  let above = 0
  for (const value of values) above += value - first
  return first + above / values.length
}

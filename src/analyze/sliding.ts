/** The newest `most` values with one more, oldest first; what was handed in stays as it is. */
export const slide = <T>(values: readonly T[], next: T, most: number): readonly T[] => {
  if (values.length < most) return [...values, next]
  const slid = values.slice()
  for (let at = 1; at < most; at++) slid[at - 1] = slid[at]!
  slid[most - 1] = next
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

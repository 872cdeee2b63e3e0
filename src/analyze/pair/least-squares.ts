/** What is left of a column that the others before it explain, as a share of its length, is rounding. */
const EXPLAINED = 1e-10

/** A regression as it grows by one regressor at a time. */
export type Regressed = {
  /** Sum of squares that is left after each regressor. */
  readonly left: readonly number[]
  /** How many of the regressors up to each say something that those before it do not. */
  readonly rank: readonly number[]
  /** t of the last regressor's coefficient; null where it says nothing new, or all is explained. */
  readonly lastT: number | null
}

const dot = (one: Float64Array, other: Float64Array): number => {
  let sum = 0
  for (let n = 0; n < one.length; n++) sum += one[n]! * other[n]!
  return sum
}

const subtract = (from: Float64Array, times: number, other: Float64Array): void => {
  for (let n = 0; n < from.length; n++) from[n] = from[n]! - times * other[n]!
}

/** Makes a column orthogonal to the unit columns before it, and a unit itself; false when nothing is left of it. */
const orthogonalise = (column: Float64Array, units: readonly Float64Array[]): boolean => {
  const length = Math.sqrt(dot(column, column))
  for (const unit of units) subtract(column, dot(unit, column), unit)
  const rest = Math.sqrt(dot(column, column))
  if (!(rest > EXPLAINED * length)) return false
  for (let n = 0; n < column.length; n++) column[n] = column[n]! / rest
  return true
}

/**
 * Least squares by modified Gram–Schmidt with the response as its last column, which is as stable as Householder's (Björck, BIT 7, 1967).
 * The columns and the response are used up.
 */
export const regress = (regressors: readonly Float64Array[], response: Float64Array): Regressed => {
  const total = dot(response, response)
  const [units, left, rank]: [Float64Array[], number[], number[]] = [[], [], []]
  let effect: number | null = null
  for (const column of regressors) {
    const isNew = orthogonalise(column, units)
    effect = isNew ? dot(column, response) : null
    if (effect !== null) subtract(response, effect, column)
    if (isNew) units.push(column)
    left.push(dot(response, response))
    rank.push(units.length)
  }
  const rest = left.at(-1) ?? total
  const variance = rest / (response.length - units.length)
  const isKnown = variance > 0 && rest > EXPLAINED ** 2 * total
  return { left, rank, lastT: effect !== null && isKnown ? effect / Math.sqrt(variance) : null }
}

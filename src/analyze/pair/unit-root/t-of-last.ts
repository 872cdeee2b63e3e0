import { dot } from './dot.ts'

/** What is left of a column that the others before it explain, as a share of its length, is rounding. */
const EXPLAINED = 1e-10

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
 * The t statistic of the last regressor's coefficient in the least-squares regression of the response on all of them;
 * null where it says nothing that the others do not, or where nothing is left unexplained.
 * By modified Gram–Schmidt with the response as its last column, which is as stable as Householder's (Björck, BIT 7, 1967).
 * The columns and the response are used up.
 */
export const tOfLast = (regressors: readonly Float64Array[], response: Float64Array): number | null => {
  const total = dot(response, response)
  const units: Float64Array[] = []
  let effect: number | null = null
  for (const column of regressors) {
    effect = null
    if (!orthogonalise(column, units)) continue
    effect = dot(column, response)
    subtract(response, effect, column)
    units.push(column)
  }
  const left = dot(response, response)
  const variance = left / (response.length - units.length)
  return effect !== null && variance > 0 && left > EXPLAINED ** 2 * total ? effect / Math.sqrt(variance) : null
}

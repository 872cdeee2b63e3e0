import { dot } from './dot.ts'

/** A regressor of which less than this share is its own says nothing that those before it do not. */
const OWN = 1e-12

/** Regressions on the first 1, 2, 3 … of some regressors. */
export type NestedFits = {
  /** Sum of squares that each leaves of the response. */
  readonly left: readonly number[]
  /** How many regressors of each say something of their own. */
  readonly rank: readonly number[]
}

/** Above the diagonal. */
const productsOf = (columns: readonly Float64Array[]): readonly Float64Array[] =>
  columns.map((one, at) => {
    const row = new Float64Array(columns.length)
    for (let n = at; n < columns.length; n++) row[n] = dot(one, columns[n]!)
    return row
  })

/** Takes what a regressor explains out of all that comes after it (a step of Cholesky's elimination). */
const eliminate = (products: readonly Float64Array[], regressor: number): void => {
  const row = products[regressor]!
  for (let n = regressor + 1; n < row.length; n++) {
    const share = row[n]! / row[regressor]!
    const target = products[n]!
    for (let m = n; m < row.length; m++) target[m] = target[m]! - share * row[m]!
  }
}

/**
 * All of them at the cost of one, from the sums of products of the columns. Exact enough to choose among regressions;
 * what is published of the chosen one is made of the columns themselves.
 */
export const nestedFits = (regressors: readonly Float64Array[], response: Float64Array): NestedFits => {
  const products = productsOf([...regressors, response])
  const whole = products.map((row, n) => row[n]!)
  const [left, rank]: [number[], number[]] = [[], []]
  for (const n of regressors.keys()) {
    const isNew = products[n]![n]! > OWN * whole[n]!
    if (isNew) eliminate(products, n)
    left.push(Math.max(0, products.at(-1)!.at(-1)!))
    rank.push((rank.at(-1) ?? 0) + (isNew ? 1 : 0))
  }
  return { left, rank }
}

import { regress } from './least-squares.ts'
import { mackinnonP, type Variables } from './mackinnon.ts'

/** `lags`: of Δy; the best by AIC when left out. `constant`: whether the series may return to a mean other than 0. */
export type AdfOptions = { readonly lags?: number; readonly constant?: boolean; readonly variables?: Variables }

/** The lower the statistic, the more surely the series comes back. */
export type UnitRootTest = {
  readonly statistic: number
  readonly pValue: number
  readonly lags: number
  readonly observations: number
}

/** Δy and what explains it, over the steps that have `lags` steps before them. */
const columns = (values: Float64Array, lags: number) => {
  const rows = values.length - 1 - lags
  const changes = (back: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, n) => values[lags + n + 1 - back]! - values[lags + n - back]!)
  return {
    rows,
    response: changes(0),
    level: values.slice(lags, lags + rows),
    constant: new Float64Array(rows).fill(1),
    lagged: Array.from({ length: lags }, (_, n) => changes(n + 1))
  }
}

/** Schwert's ⌈12·(n/100)^¼⌉ (JBES 7, 1989), as far as the series is long enough. */
const mostLags = (length: number, constant: boolean): number =>
  Math.min(Math.ceil(12 * (length / 100) ** 0.25), Math.floor(length / 2) - (constant ? 1 : 0) - 1)

/** The number of lags with the least AIC, all compared over the same steps; the fewest of equally good ones. */
const bestLags = (values: Float64Array, most: number, constant: boolean): number => {
  const { rows, response, level, lagged, constant: ones } = columns(values, most)
  const first = constant ? [ones, level] : [level]
  const { left, rank } = regress([...first, ...lagged], response)
  const aic = Array.from({ length: most + 1 }, (_, lags) => {
    const at = first.length - 1 + lags
    return rows * Math.log(left[at]! / rows) + 2 * rank[at]!
  })
  return Math.max(0, aic.indexOf(Math.min(...aic)))
}

/** t of the level in the regression of Δy on it, `lags` of Δy, and the constant. */
const statisticOf = (values: Float64Array, lags: number, constant: boolean): number | null => {
  const { response, level, lagged, constant: ones } = columns(values, lags)
  return regress([...(constant ? [ones] : []), ...lagged, level], response).lastT
}

/**
 * The augmented Dickey–Fuller test (JASA 74, 1979), as statsmodels' `adfuller`.
 * null where it is undefined: a constant or a perfectly explained series, one too short, one that is not finite.
 */
export const adfTest = (
  series: readonly number[],
  { lags: given, constant = true, variables = 1 }: AdfOptions = {}
): UnitRootTest | null => {
  const values = Float64Array.from(series)
  const most = given ?? mostLags(values.length, constant)
  if (most < 0 || values.length - 1 - most <= most + 2) return null
  const lags = given ?? bestLags(values, most, constant)
  const statistic = statisticOf(values, lags, constant)
  if (statistic === null || !Number.isFinite(statistic)) return null
  return { statistic, pValue: mackinnonP(statistic, variables), lags, observations: values.length - 1 - lags }
}

import { mackinnonP, type Variables } from './mackinnon.ts'
import { nestedFits } from './nested-fits.ts'
import { tOfLast } from './t-of-last.ts'

/** `lags`: of Δy; the best by AIC when left out. `constant`: whether the series may return to a mean other than 0. */
export type AdfOptions = { readonly lags?: number; readonly constant?: boolean; readonly variables?: Variables }

/** The lower the statistic, the more surely the series comes back. */
export type UnitRootTest = {
  readonly statistic: number
  readonly pValue: number
  readonly lags: number
  readonly observations: number
}

/** A series and its changes, `changes[n]` from `levels[n]` to the next. */
type Steps = { readonly levels: Float64Array; readonly changes: Float64Array }

const stepsOf = (series: readonly number[]): Steps => {
  const levels = Float64Array.from(series)
  const changes = new Float64Array(Math.max(0, levels.length - 1))
  for (let n = 0; n < changes.length; n++) changes[n] = levels[n + 1]! - levels[n]!
  return { levels, changes }
}

/** Δy and what explains it, over the steps that have `lags` steps before them. */
const columns = ({ levels, changes }: Steps, lags: number) => {
  const rows = changes.length - lags
  return {
    rows,
    response: changes.subarray(lags),
    level: levels.subarray(lags, lags + rows),
    ones: new Float64Array(rows).fill(1),
    lagged: Array.from({ length: lags }, (_, n) => changes.subarray(lags - 1 - n, lags - 1 - n + rows))
  }
}

/** Schwert's ⌈12·(n/100)^¼⌉ (JBES 7, 1989), as far as there are more steps left to explain than there is to explain them with. */
const mostLags = (length: number, constant: boolean): number =>
  Math.min(Math.ceil(12 * (length / 100) ** 0.25), Math.ceil((length - (constant ? 3 : 2)) / 2) - 1)

/** The number of lags with the least AIC, all compared over the same steps; the fewest of equally good ones. */
const bestLags = (steps: Steps, most: number, constant: boolean): number => {
  const { rows, response, level, lagged, ones } = columns(steps, most)
  const first = constant ? [ones, level] : [level]
  const { left, rank } = nestedFits([...first, ...lagged], response)
  const aic = Array.from({ length: most + 1 }, (_, lags) => {
    const at = first.length - 1 + lags
    return rows * Math.log(left[at]! / rows) + 2 * rank[at]!
  })
  return Math.max(0, aic.indexOf(Math.min(...aic)))
}

/** t of the level in the regression of Δy on it, `lags` of Δy, and the constant. */
const statisticOf = (steps: Steps, lags: number, constant: boolean): number | null => {
  const { response, level, lagged, ones } = columns(steps, lags)
  const regressors = [...(constant ? [ones] : []), ...lagged, level].map(column => column.slice())
  return tOfLast(regressors, response.slice())
}

/**
 * The augmented Dickey–Fuller test (JASA 74, 1979), as statsmodels' `adfuller`.
 * null where it is undefined: a constant or a perfectly explained series, one too short, one that is not finite.
 */
export const adfTest = (
  series: readonly number[],
  { lags: given, constant = true, variables = 1 }: AdfOptions = {}
): UnitRootTest | null => {
  const most = given ?? mostLags(series.length, constant)
  const regressors = most + (constant ? 2 : 1)
  if (most < 0 || series.length - 1 - most <= regressors) return null
  const steps = stepsOf(series)
  const lags = given ?? bestLags(steps, most, constant)
  const statistic = statisticOf(steps, lags, constant)
  if (statistic === null || !Number.isFinite(statistic)) return null
  return { statistic, pValue: mackinnonP(statistic, variables), lags, observations: series.length - 1 - lags }
}

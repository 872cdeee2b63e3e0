import type { PairFigure, PairMethod } from '../../market/records/derived/pair-stats.ts'
import { type Hedge, hedges, type PairWindow } from './hedge/hedges.ts'
import type { Line } from './hedge/line.ts'
import type { Moments } from './hedge/moments.ts'
import { addPoint, NO_MOMENTS } from './hedge/moments.ts'
import { fitOls } from './hedge/ols.ts'
import { spreads } from './hedge/spreads.ts'
import { type AdfOptions, adfTest, type UnitRootTest } from './unit-root/adf.ts'
import { zScore } from './z-score.ts'

/**
 * Engle and Granger's test (Econometrica 55, 1987): do the residuals of the least-squares line come back to 0?
 * Judged by the values for residuals of two series; those for one series would find cointegration in one of seven pairs of random walks.
 */
export const engleGranger = (
  ols: Line,
  a: readonly number[],
  b: readonly number[],
  lags: Pick<AdfOptions, 'lags'> = {}
): UnitRootTest | null => adfTest(spreads(ols, a, b), { ...lags, constant: false, variables: 2 })

/** How many steps the series takes to come half the way back: −ln 2 / λ of Δe = λ·e₋₁ + c; null where it does not come back. */
export const halfLife = (values: readonly number[]): number | null => {
  let moments = NO_MOMENTS
  for (let n = 1; n < values.length; n++) moments = addPoint(moments, values[n - 1]!, values[n]! - values[n - 1]!)
  const speed = fitOls(moments)?.beta ?? 0
  const steps = -Math.LN2 / speed
  return speed < 0 && Number.isFinite(steps) ? steps : null
}

/** Pearson's correlation, −1 to 1; null where one of the two does not move. */
export const correlation = ({ sxx, sxy, syy }: Moments): number | null => {
  const spread = Math.sqrt(sxx) * Math.sqrt(syy)
  if (!(spread > 0 && Number.isFinite(spread))) return null
  return Math.max(-1, Math.min(1, sxy / spread))
}

/** What a record of `pairs` says of a window. */
export type PairFigures = { readonly [Figure in PairFigure]: number | null } & { readonly cointegrated: boolean | null }

/** Of both tests; by AIC where left out. */
type Lags = Pick<AdfOptions, 'lags'>

const SURE_ENOUGH = 0.05

const finite = (value: number | null | undefined): number | null =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : null

/** The figures of a hedge and of the spreads that it is judged among. */
const ofHedge = (hedge: Hedge | null) => {
  const among = hedge?.among ?? null
  const spreadScore = among && zScore(among)
  return {
    alpha: finite(hedge?.line.alpha),
    beta: finite(hedge?.line.beta),
    spread: finite(hedge?.spread),
    spreadMean: finite(spreadScore?.mean),
    spreadStd: finite(spreadScore?.std),
    zScore: finite(spreadScore?.score)
  }
}

/** Whether a series comes back, taken as it is: by the values for one series, though a line may have been fitted to make it. */
const ofReturn = (tested: readonly number[] | null, lags: Lags) => {
  const adf = tested && adfTest(tested, lags)
  return {
    halfLife: finite(tested && halfLife(tested)),
    adfStat: finite(adf?.statistic),
    adfPValue: finite(adf?.pValue)
  }
}

/** Engle and Granger's test is of the least-squares line, so it says nothing of another. */
const ofCointegration = (method: PairMethod, { a, b, moments }: PairWindow, lags: Lags) => {
  const line = method === 'ols' ? fitOls(moments) : null
  const test = line && engleGranger(line, a, b, lags)
  const egPValue = finite(test?.pValue)
  return {
    egStat: finite(test?.statistic),
    egPValue,
    cointegrated: egPValue === null ? null : egPValue < SURE_ENOUGH
  }
}

const NO_FIGURES: PairFigures = {
  ...ofHedge(null),
  correlation: null,
  ...ofReturn(null, {}),
  egStat: null,
  egPValue: null,
  cointegrated: null
}

const figuresBy = (method: PairMethod, window: PairWindow, lags: Lags): PairFigures => {
  const hedge = hedges[method](window)
  return {
    ...ofHedge(hedge),
    correlation: finite(correlation(window.moments)),
    ...ofReturn(hedge?.tested ?? null, lags),
    ...ofCointegration(method, window, lags)
  }
}

/** The figures of a window by each of the methods; all null where there is no full window. */
export const figuresOf = (
  window: PairWindow | null,
  methods: readonly PairMethod[],
  lags: Lags = {}
): readonly (PairFigures & { readonly method: PairMethod })[] =>
  methods.map(method => ({ method, ...(window ? figuresBy(method, window, lags) : NO_FIGURES) }))

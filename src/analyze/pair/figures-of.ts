import type { PairFigure, PairMethod } from '../../market/pair-stats.ts'
import { type AdfOptions, adfTest } from './adf.ts'
import { correlation } from './correlation.ts'
import { engleGranger } from './engle-granger.ts'
import { halfLife } from './half-life.ts'
import { type Hedge, hedges, type PairWindow } from './hedges.ts'
import { fitOls } from './ols.ts'
import { zScore } from './z-score.ts'

/** What a record of `pairs` says of a window. */
export type PairFigures = { readonly [Figure in PairFigure]: number | null } & { readonly cointegrated: boolean | null }

/** Of both tests; by AIC where left out. */
type Lags = Pick<AdfOptions, 'lags'>

const SURE_ENOUGH = 0.05

const finite = (value: number | null | undefined): number | null =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : null

const NO_HEDGE: Hedge | null = null

/** The figures of a hedge and of the spreads that it is judged among. */
const ofHedge = (hedge: Hedge | null) => {
  const among = hedge?.among ?? null
  const place = among && zScore(among)
  return {
    alpha: finite(hedge?.line.alpha),
    beta: finite(hedge?.line.beta),
    spread: finite(hedge?.spread),
    spreadMean: finite(place?.mean),
    spreadStd: finite(place?.std),
    zScore: finite(place?.score)
  }
}

const ofReturn = (among: readonly number[] | null, lags: Lags) => {
  const adf = among && adfTest(among, lags)
  return {
    halfLife: finite(among && halfLife(among)),
    adfStat: finite(adf?.statistic),
    adfPValue: finite(adf?.pValue)
  }
}

/** What does not depend on the method; Engle and Granger's test is of the least-squares line. */
const ofBoth = ({ a, b, moments }: PairWindow, lags: Lags) => {
  const line = fitOls(moments)
  const test = line && engleGranger(line, a, b, lags)
  const egPValue = finite(test?.pValue)
  return {
    correlation: finite(correlation(moments)),
    egStat: finite(test?.statistic),
    egPValue,
    cointegrated: egPValue === null ? null : egPValue < SURE_ENOUGH
  }
}

/** The figures of a window by each of the methods; all null where there is no full window. */
export const figuresOf = (
  window: PairWindow | null,
  methods: readonly PairMethod[],
  lags: Lags = {}
): readonly (PairFigures & { readonly method: PairMethod })[] => {
  const both = window && ofBoth(window, lags)
  return methods.map(method => {
    const hedge = window ? hedges[method](window) : NO_HEDGE
    const { halfLife, adfStat, adfPValue } = ofReturn(hedge?.among ?? null, lags)
    return {
      method,
      ...ofHedge(hedge),
      correlation: both?.correlation ?? null,
      halfLife,
      adfStat,
      adfPValue,
      egStat: both?.egStat ?? null,
      egPValue: both?.egPValue ?? null,
      cointegrated: both?.cointegrated ?? null
    }
  })
}

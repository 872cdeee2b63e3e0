import type { Line } from '../hedge/line.ts'
import { spreads } from '../hedge/spreads.ts'
import { type AdfOptions, adfTest, type UnitRootTest } from './adf.ts'

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

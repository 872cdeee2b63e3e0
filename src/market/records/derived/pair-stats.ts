import type { Interval } from '../../interval.ts'
import type { EpochMs } from '../../time.ts'

/** How the hedge ratio of a pair is estimated. */
export const PAIR_METHODS = ['ols', 'huber', 'theil_sen', 'kalman'] as const

export type PairMethod = (typeof PAIR_METHODS)[number]

/** Figures of a pair; undefined ones are null, never NaN. */
export const PAIR_FIGURES = [
  'alpha',
  'beta',
  'spread',
  'spreadMean',
  'spreadStd',
  'zScore',
  'correlation',
  'halfLife',
  'adfStat',
  'adfPValue',
  'egStat',
  'egPValue'
] as const

export type PairFigure = (typeof PAIR_FIGURES)[number]

/**
 * What two instruments have to do with each other over the newest `window` candles that both have, seen at the close of one.
 * `spread = a − alpha − beta·b`, in the quote currency of `a`; `halfLife` in candles; p-values from 0 to 1. Every figure is of its method,
 * or null. `adf…` and `halfLife` are of the spreads over the window, p by MacKinnon's values for a series that nobody fitted: of a fitted line
 * they are too kind, one of seven pairs of random walks passes at 5 %, so `egPValue` decides. Of `kalman`, whose line moves, they are of the
 * spread that could have been held with the hedge of the step before, where 5 % are 5 %.
 */
export type PairStats = {
  /** `exchange:BASE/QUOTE`. */
  readonly a: string
  readonly b: string
  readonly interval: Interval
  readonly openTime: EpochMs
  /** In candles. */
  readonly window: number
  readonly method: PairMethod
} & { readonly [Figure in PairFigure]: number | null } & {
  /** Engle–Granger at 5 %: `egPValue` is below 0.05; null where that is undefined, and by other methods than `ols`, of which that test is. */
  readonly cointegrated: boolean | null
  /** Only where the newest candle is the exchange's own, from before our first one. */
  readonly standIn?: true
}

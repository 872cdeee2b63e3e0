import { INTERVALS, type Interval } from '../../interval.ts'
import type { EpochMs } from '../../time.ts'
import {
  count,
  figure,
  flag,
  instrument,
  mark,
  namesOf,
  nullable,
  OPEN_TIME,
  type RecordTable,
  word
} from '../fields.ts'

/** How the hedge ratio of a pair is estimated. */
export const PAIR_METHODS = ['ols', 'huber', 'theil_sen', 'kalman'] as const

export type PairMethod = (typeof PAIR_METHODS)[number]

const QUOTE = 'quote currency of a'

const FIGURES = {
  alpha: figure('constant of the fitted line a = alpha + beta × b', QUOTE),
  beta: figure('hedge ratio: how much of b stands against one of a'),
  spread: figure('a − alpha − beta × b at the newest close', QUOTE),
  spreadMean: figure('mean of the spreads over the window', QUOTE),
  spreadStd: figure('deviation of the spreads over the window', QUOTE),
  zScore: figure('how many deviations the spread is from its mean'),
  correlation: figure('correlation of the closes over the window; −1 to 1'),
  halfLife: figure('how many candles half of a deviation takes to fade', 'candles'),
  adfStat: figure('statistic of the augmented Dickey–Fuller test of the spreads'),
  adfPValue: figure('its p-value; 0 to 1'),
  egStat: figure('statistic of the Engle–Granger test'),
  egPValue: figure('its p-value; 0 to 1')
}

export type PairFigure = keyof typeof FIGURES

/** Figures of a pair; undefined ones are null, never NaN. */
export const PAIR_FIGURES = namesOf(FIGURES)

/**
 * What two instruments have to do with each other over the newest `window` candles that both have, seen at the close of one.
 * `spread = a − alpha − beta·b`, in the quote currency of `a`; `halfLife` in candles; p-values from 0 to 1. Every figure is of its method,
 * or null. `adf…` and `halfLife` are of the spreads over the window, p by MacKinnon's values for a series that nobody fitted: of a fitted line
 * they are too kind, one of seven pairs of random walks passes at 5 %, so `egPValue` decides. Of `kalman`, whose line moves, they are of the
 * spread that could have been held with the hedge of the step before, where 5 % are 5 %.
 */
export type PairStats = {
  readonly a: string
  readonly b: string
  readonly interval: Interval
  readonly openTime: EpochMs
  readonly window: number
  readonly method: PairMethod
} & { readonly [Figure in PairFigure]: number | null } & {
  readonly cointegrated: boolean | null
  readonly standIn?: true
}

export const PAIR_STATS: RecordTable<PairStats> = {
  name: 'PairStats',
  doc: 'What two instruments have to do with each other, seen at the close of a candle',
  fields: {
    a: instrument('exchange:BASE/QUOTE of the first instrument'),
    b: instrument('exchange:BASE/QUOTE of the second instrument'),
    interval: word(INTERVALS, 'length of the candle'),
    openTime: OPEN_TIME,
    window: count('how many candles that both have it looks back on', 'candles'),
    method: word(PAIR_METHODS, 'how the hedge ratio is estimated'),
    ...FIGURES,
    cointegrated: nullable(
      flag('Engle–Granger at 5 %: egPValue is below 0.05'),
      'undefined, or by another method than ols, of which that test is'
    ),
    standIn: mark('of the exchange’s own candles', 'the newest candle is from before our first one')
  }
}

import type { Interval } from '../../interval.ts'
import type { EpochMs } from '../../time.ts'

/** Figures of a candle's indicators; undefined ones are null, never NaN. */
export const INDICATOR_FIGURES = [
  'sma20',
  'ema20',
  'rsi14',
  'macd',
  'macdSignal',
  'macdHistogram',
  'bbUpper',
  'bbMiddle',
  'bbLower',
  'atr14',
  'vwap',
  'obv',
  'stochK',
  'stochD'
] as const

export type IndicatorFigures = { readonly [Figure in (typeof INDICATOR_FIGURES)[number]]: number | null }

/** The technical indicators of one instrument and interval as they stood with one candle. */
export type Indicators = {
  readonly exchange: string
  readonly symbol: string
  readonly interval: Interval
  readonly openTime: EpochMs
  /** False for figures of an open candle. */
  readonly final: boolean
  /** 0 until and including the first final; one higher each time that the figures change after that, by whichever candle's revision. */
  readonly revision: number
  /** Only where the candle is the exchange's own, from before our first one. */
  readonly standIn?: true
} & IndicatorFigures

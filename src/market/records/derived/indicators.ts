import { INTERVALS, type Interval } from '../../interval.ts'
import type { EpochMs } from '../../time.ts'
import { count, figure, flag, INSTRUMENT, mark, namesOf, OPEN_TIME, type RecordTable, word } from '../fields.ts'

const QUOTE = 'quote currency'

const FIGURES = {
  sma20: figure('simple moving average of 20 closes', QUOTE),
  ema20: figure('exponential moving average, 20, begun with the simple one', QUOTE),
  rsi14: figure('relative strength index by Wilder, 14; 0 to 100'),
  macd: figure('MACD line, 12 and 26', QUOTE),
  macdSignal: figure('signal line of the MACD, 9', QUOTE),
  macdHistogram: figure('macd − macdSignal', QUOTE),
  bbUpper: figure('bbMiddle + 2 population deviations of 20 closes', QUOTE),
  bbMiddle: figure('middle Bollinger band: simple moving average of 20 closes', QUOTE),
  bbLower: figure('bbMiddle − 2 population deviations of 20 closes', QUOTE),
  atr14: figure('average true range by Wilder, 14', QUOTE),
  vwap: figure('volume-weighted average price since the beginning of the UTC day', QUOTE),
  obv: figure('on-balance volume', 'base currency'),
  stochK: figure('stochastic oscillator, %K; 0 to 100'),
  stochD: figure('stochastic oscillator, %D; 0 to 100')
}

type IndicatorFigure = keyof typeof FIGURES

/** Figures of a candle's indicators; undefined ones are null, never NaN. */
export const INDICATOR_FIGURES = namesOf(FIGURES)

export type IndicatorFigures = { readonly [Figure in IndicatorFigure]: number | null }

/** The technical indicators of one instrument and interval as they stood with one candle. */
export type Indicators = {
  readonly exchange: string
  readonly symbol: string
  readonly interval: Interval
  readonly openTime: EpochMs
  readonly final: boolean
  readonly revision: number
  readonly standIn?: true
} & IndicatorFigures

export const INDICATORS: RecordTable<Indicators> = {
  name: 'Indicators',
  doc: 'Technical indicators as they stood with one candle',
  fields: {
    ...INSTRUMENT,
    interval: word(INTERVALS, 'length of the candle'),
    openTime: OPEN_TIME,
    final: flag('false: of a candle that is open yet'),
    revision: count(
      '0 until and including the first final; one higher each time that the figures change after it, by whichever candle’s revision'
    ),
    ...FIGURES,
    standIn: mark('of the exchange’s own candles', 'the candle is from before our first one')
  }
}

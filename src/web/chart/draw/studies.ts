import type { IndicatorFigures } from '../../../market/records/derived/indicators.ts'
import type { Palette } from '../../draw/palette.ts'
import type { Study } from '../../view/chart-view.ts'

/** A line of a study: which figure, what it is called, and where it is drawn. */
export type StudyLine = {
  readonly figure: keyof IndicatorFigures
  readonly name: string
  readonly colour: keyof Palette
  readonly pane: 'price' | 'rsi' | 'macd'
  readonly isHistogram?: boolean
  readonly isDashed?: boolean
}

/** What each study is called on its button. */
export const STUDY_NAMES: Readonly<Record<Study, string>> = {
  volume: 'Volume',
  sma: 'SMA 20',
  ema: 'EMA 20',
  bollinger: 'Bollinger',
  vwap: 'VWAP',
  rsi: 'RSI',
  macd: 'MACD'
}

/** The lines that a study is made of. */
export const STUDY_LINES: Readonly<Record<Study, readonly StudyLine[]>> = {
  volume: [],
  sma: [{ figure: 'sma20', name: 'SMA 20', colour: 'third', pane: 'price' }],
  ema: [{ figure: 'ema20', name: 'EMA 20', colour: 'second', pane: 'price' }],
  bollinger: [
    { figure: 'bbUpper', name: 'BB upper', colour: 'accent', pane: 'price' },
    { figure: 'bbMiddle', name: 'BB middle', colour: 'accent', pane: 'price', isDashed: true },
    { figure: 'bbLower', name: 'BB lower', colour: 'accent', pane: 'price' }
  ],
  vwap: [{ figure: 'vwap', name: 'VWAP', colour: 'fourth', pane: 'price' }],
  rsi: [{ figure: 'rsi14', name: 'RSI 14', colour: 'second', pane: 'rsi' }],
  macd: [
    { figure: 'macdHistogram', name: 'MACD histogram', colour: 'theirs', pane: 'macd', isHistogram: true },
    { figure: 'macd', name: 'MACD 12 26', colour: 'accent', pane: 'macd' },
    { figure: 'macdSignal', name: 'signal 9', colour: 'second', pane: 'macd' }
  ]
}

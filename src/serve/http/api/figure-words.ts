import type { IndicatorFigures } from '../../../market/records/derived/indicators.ts'
import type { KpiFigure } from '../../../market/records/derived/kpi.ts'
import type { PairFigure } from '../../../market/records/derived/pair-stats.ts'

/** What each figure is, for those who read `/openapi.json`. All are null where they are undefined. */

export const KPI_WORDS: Readonly<Record<KpiFigure, string>> = {
  open: 'price 24 h ago',
  high: 'highest price of the rolling 24 h',
  low: 'lowest price of the rolling 24 h',
  close: 'newest price',
  bid: 'best bid',
  ask: 'best ask',
  baseVolume: 'traded in the rolling 24 h, in the base currency',
  quoteVolume: 'traded in the rolling 24 h, in the quote currency',
  priceChangePct: '(close − open) / open × 100',
  priceSpread: 'ask − bid',
  dailyRange: 'high − low',
  vwap: 'quoteVolume / baseVolume',
  marketDepthRatio: 'volume of the best five levels of both sides / baseVolume',
  orderBookImbalance: '(bids − asks) / (bids + asks) over the same five levels',
  turnoverRatio: 'quoteVolume / baseVolume',
  macd: 'MACD line, 12 and 26, on 1m closes',
  macdSignal: 'signal line of the MACD, 9',
  macdHistogram: 'macd − macdSignal'
}

export const INDICATOR_WORDS: Readonly<Record<keyof IndicatorFigures, string>> = {
  sma20: 'simple moving average of 20 closes',
  ema20: 'exponential moving average, 20, begun with the simple one',
  rsi14: 'relative strength index by Wilder, 14; 0 to 100',
  macd: 'MACD line, 12 and 26',
  macdSignal: 'signal line of the MACD, 9',
  macdHistogram: 'macd − macdSignal',
  bbUpper: 'bbMiddle + 2 population deviations of 20 closes',
  bbMiddle: 'middle Bollinger band: simple moving average of 20 closes',
  bbLower: 'bbMiddle − 2 population deviations of 20 closes',
  atr14: 'average true range by Wilder, 14',
  vwap: 'volume-weighted average price since the beginning of the UTC day',
  obv: 'on-balance volume',
  stochK: 'stochastic oscillator, %K; 0 to 100',
  stochD: 'stochastic oscillator, %D; 0 to 100'
}

export const PAIR_WORDS: Readonly<Record<PairFigure, string>> = {
  alpha: 'constant of the fitted line a = alpha + beta × b',
  beta: 'hedge ratio: how much of b stands against one of a',
  spread: 'a − alpha − beta × b at the newest close',
  spreadMean: 'mean of the spreads over the window',
  spreadStd: 'deviation of the spreads over the window',
  zScore: 'how many deviations the spread is from its mean',
  correlation: 'correlation of the closes over the window; −1 to 1',
  halfLife: 'how many candles half of a deviation takes to fade',
  adfStat: 'statistic of the augmented Dickey–Fuller test of the spreads',
  adfPValue: 'its p-value; 0 to 1',
  egStat: 'statistic of the Engle–Granger test',
  egPValue: 'its p-value; 0 to 1'
}

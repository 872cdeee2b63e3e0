import {
  INDICATOR_FIGURES,
  type IndicatorFigures,
  type Indicators
} from '../../src/market/records/derived/indicators.ts'
import { epochMs } from '../../src/market/time.ts'

/** Indicators of a final 1m candle whose figures are 1.5, 2.5, …, all told apart. */
export const indicatorsOf = (more: Partial<Indicators> = {}): Indicators => ({
  exchange: 'binance',
  symbol: 'ETH/USDT',
  interval: '1m',
  openTime: epochMs(1_723_161_540_000),
  final: true,
  revision: 0,
  ...(Object.fromEntries(INDICATOR_FIGURES.map((name, at) => [name, at + 1.5])) as IndicatorFigures),
  ...more
})

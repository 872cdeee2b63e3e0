import type { EpochMs } from '../../time.ts'

/** Figures of a KPI; undefined ones are null, never NaN. */
export const KPI_FIGURES = [
  'open',
  'high',
  'low',
  'close',
  'bid',
  'ask',
  'baseVolume',
  'quoteVolume',
  'priceChangePct',
  'priceSpread',
  'dailyRange',
  'vwap',
  'marketDepthRatio',
  'orderBookImbalance',
  'turnoverRatio',
  'macd',
  'macdSignal',
  'macdHistogram'
] as const

export type KpiFigure = (typeof KPI_FIGURES)[number]

/** Market KPIs of one instrument at one moment: the rolling 24 h, the book, and MACD over 1m closes. */
export type Kpi = {
  readonly exchange: string
  readonly symbol: string
  readonly time: EpochMs
} & { readonly [Figure in KpiFigure]: number | null }

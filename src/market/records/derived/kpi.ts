import type { EpochMs } from '../../time.ts'
import { figure, INSTRUMENT, namesOf, type RecordTable, time } from '../fields.ts'

const [BASE, QUOTE] = ['base currency', 'quote currency']

const FIGURES = {
  open: figure('price 24 h ago', QUOTE),
  high: figure('highest price of the rolling 24 h', QUOTE),
  low: figure('lowest price of the rolling 24 h', QUOTE),
  close: figure('newest price', QUOTE),
  bid: figure('best bid', QUOTE),
  ask: figure('best ask', QUOTE),
  baseVolume: figure('traded in the rolling 24 h', BASE),
  quoteVolume: figure('traded in the rolling 24 h', QUOTE),
  priceChangePct: figure('(close − open) / open × 100', 'per cent'),
  priceSpread: figure('ask − bid', QUOTE),
  dailyRange: figure('high − low', QUOTE),
  vwap: figure('quoteVolume / baseVolume', QUOTE),
  marketDepthRatio: figure('volume of the best five levels of both sides / baseVolume'),
  orderBookImbalance: figure('(bids − asks) / (bids + asks) over the same five levels; −1 to 1'),
  turnoverRatio: figure('quoteVolume / baseVolume', QUOTE),
  macd: figure('MACD line, 12 and 26, on 1m closes', QUOTE),
  macdSignal: figure('signal line of the MACD, 9', QUOTE),
  macdHistogram: figure('macd − macdSignal', QUOTE)
}

export type KpiFigure = keyof typeof FIGURES

/** Figures of a KPI; undefined ones are null, never NaN. */
export const KPI_FIGURES = namesOf(FIGURES)

/** Market KPIs of one instrument at one moment: the rolling 24 h, the book, and MACD over 1m closes. */
export type Kpi = {
  readonly exchange: string
  readonly symbol: string
  readonly time: EpochMs
} & { readonly [Figure in KpiFigure]: number | null }

export const KPI: RecordTable<Kpi> = {
  name: 'Kpi',
  doc: 'Key figures of one market at one moment',
  fields: { ...INSTRUMENT, time: time('when they stood so'), ...FIGURES }
}

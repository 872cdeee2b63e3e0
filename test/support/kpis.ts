import { KPI_FIGURES, type Kpi, type KpiFigure } from '../../src/market/records/derived/kpi.ts'
import { epochMs } from '../../src/market/time.ts'

/** A KPI whose figures are 1.5, 2.5, …, all told apart. */
export const kpiOf = (more: Partial<Kpi> = {}): Kpi => ({
  exchange: 'binance',
  symbol: 'ETH/USDT',
  time: epochMs(1_723_161_605_000),
  ...(Object.fromEntries(KPI_FIGURES.map((name, at) => [name, at + 1.5])) as Record<KpiFigure, number>),
  ...more
})

import { KPI_FIGURES } from '../../../market/records/derived/kpi.ts'
import { kpis } from '../../../topics.ts'
import { measurement } from './measurement.ts'
import { snakeFigures } from './snake-figures.ts'

/** The market KPIs, every figure under its name in snake_case. */
export const cryptoPrices = measurement({
  name: 'crypto_prices',
  topics: [kpis],
  tags: ({ exchange, symbol }) => ({ exchange, symbol }),
  time: kpi => kpi.time,
  completedAt: kpi => kpi.time,
  rank: () => 0,
  floats: snakeFigures(KPI_FIGURES)
})

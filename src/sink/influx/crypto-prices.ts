import { KPI_FIGURES } from '../../market/kpi.ts'
import { kpis } from '../../topics.ts'
import { measurement } from './measurement.ts'

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)

const FIELDS = KPI_FIGURES.map(figure => [snakeCase(figure), figure] as const)

/** The market KPIs, every figure under its name in snake_case. */
export const cryptoPrices = measurement({
  name: 'crypto_prices',
  topics: [kpis],
  tags: ({ exchange, symbol }) => ({ exchange, symbol }),
  time: kpi => kpi.time,
  completedAt: kpi => kpi.time,
  rank: () => 0,
  floats: kpi => Object.fromEntries(FIELDS.map(([field, figure]) => [field, kpi[figure]]))
})

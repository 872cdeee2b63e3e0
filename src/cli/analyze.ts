import { analyzeIndicators } from '../analyze/analyze-indicators.ts'
import { analyzeKpi } from '../analyze/analyze-kpi.ts'
import type { Indicators } from '../market/indicators.ts'
import type { Kpi } from '../market/kpi.ts'
import { metrics } from '../runtime/metrics.ts'
import type { Command } from './command.ts'
import { running, sideBySide } from './running.ts'

const countKpis = (kpis: readonly Kpi[]): void => {
  for (const { exchange, symbol } of kpis) metrics.kpis.inc({ exchange, symbol })
}

const countIndicators = (indicators: readonly Indicators[]): void => {
  for (const { interval, final } of indicators) metrics.indicators.inc({ interval, final: String(final) })
}

export const command: Command = {
  name: 'analyze',
  summary: 'compute market KPIs and technical indicators, exactly once',
  usage:
    'Reads raw_tickers, raw_books and ohlcv_1m, writes kpi every KPI_EVERY_MS of event time; reads ohlcv_1m to ohlcv_1d, writes indicators. Start as many as the topics have partitions; they share the work.',
  options: {},
  stage: true,
  run: async context => {
    await sideBySide(context, [
      running(analyzeKpi({ everyMs: context.config.kpiEveryMs }), countKpis),
      running(analyzeIndicators(), countIndicators)
    ])
    return 0
  }
}

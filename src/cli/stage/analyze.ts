import { analyzeComposite } from '../../analyze/analyze-composite.ts'
import { analyzeIndicators } from '../../analyze/analyze-indicators.ts'
import { analyzeKpi } from '../../analyze/analyze-kpi.ts'
import { analyzePairs } from '../../analyze/analyze-pairs.ts'
import { analyzeVerification } from '../../analyze/analyze-verification.ts'
import { pairLegs } from '../../analyze/pair-legs.ts'
import { incomparableFields } from '../../exchange/registry.ts'
import type { Composite } from '../../market/records/derived/composite.ts'
import type { Indicators } from '../../market/records/derived/indicators.ts'
import type { Kpi } from '../../market/records/derived/kpi.ts'
import type { PairStats } from '../../market/records/derived/pair-stats.ts'
import type { Verification } from '../../market/records/derived/verification.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import type { Command } from '../run/command.ts'
import { running, sideBySide } from './running.ts'

const countKpis = (kpis: readonly Kpi[]): void => {
  for (const { exchange, symbol } of kpis) metrics.kpis.inc({ exchange, symbol })
}

const countIndicators = (indicators: readonly Indicators[]): void => {
  for (const { interval, final } of indicators) metrics.indicators.inc({ interval, final: String(final) })
}

const countPairs = (stats: readonly PairStats[]): void => {
  for (const { interval, method } of stats) metrics.pairs.inc({ interval, method })
}

const countComposites = (windows: readonly Composite[]): void => {
  for (const { type, status } of windows) metrics.composites.inc({ type, status })
}

const countVerified = (windows: readonly Verification[]): void => {
  for (const { exchange, symbol, result, verifiedTo } of windows) {
    metrics.verifiedWindows.inc({ exchange, symbol, result })
    if (verifiedTo !== null) metrics.verifiedTo.set({ exchange, symbol }, verifiedTo / 1_000)
  }
}

export const command: Command = {
  name: 'analyze',
  summary:
    'compute market KPIs, technical indicators, statistics of pairs and prices across venues, and verify candles, exactly once',
  usage:
    'Reads raw_tickers, raw_books and ohlcv_1m, writes kpi every KPI_EVERY_MS of event time; reads the candles of INDICATOR_INTERVALS, writes indicators; joins the candles of PAIRS, writes pairs; joins the 1m candles of venues that trade the same symbol, writes composite. Before our first 1m candle those of exchange_klines stand in. Each of our 1m candles is held against the one that the exchange made, which gives verifications. Start as many as the topics have partitions; they share the work.',
  options: {},
  stage: true,
  run: async context => {
    const { kpiEveryMs: everyMs, pairs, pairWindow: window, pairPrices: prices, intervals } = context.config
    await sideBySide(context, [
      running(analyzeKpi({ everyMs }), countKpis),
      running(analyzeIndicators(context.config.indicatorIntervals), countIndicators),
      running(pairLegs({ pairs, intervals }), () => undefined),
      running(analyzePairs({ window, prices }), countPairs),
      running(analyzeComposite(), countComposites),
      running(analyzeVerification(incomparableFields), countVerified)
    ])
    return 0
  }
}

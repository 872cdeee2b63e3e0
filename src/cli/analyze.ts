import { analyzeIndicators } from '../analyze/analyze-indicators.ts'
import { analyzeKpi } from '../analyze/analyze-kpi.ts'
import { createKafka } from '../kafka/client.ts'
import { TopologyRunner } from '../kafka/run-topology.ts'
import type { Indicators } from '../market/indicators.ts'
import type { Kpi } from '../market/kpi.ts'
import { systemClock } from '../runtime/clock.ts'
import { metrics } from '../runtime/metrics.ts'
import type { Topology } from '../stream/topology.ts'
import type { Command, Context } from './command.ts'

const countKpis = (kpis: readonly Kpi[]): void => {
  for (const { exchange, symbol } of kpis) metrics.kpis.inc({ exchange, symbol })
}

const countIndicators = (indicators: readonly Indicators[]): void => {
  for (const { interval, final } of indicators) metrics.indicators.inc({ interval, final: String(final) })
}

type Start = (context: Context) => Promise<void>

/** Runs one topology until the signal. */
const running =
  <State, In, Out>(topology: Topology<State, In, Out>, observe: (emitted: readonly Out[]) => void): Start =>
  ({ config, log, health, signal }) => {
    const { commitEveryMs, topicPrefix: prefix } = config
    const kafka = createKafka(config.kafka, topology.name, log)
    const run = { topology, kafka, prefix, commitEveryMs, clock: systemClock, log, health, signal, observe }
    return new TopologyRunner(run).start()
  }

/** Runs topologies side by side. When one cannot go on, the others end in order, and its error is thrown. */
const sideBySide = async (context: Context, starts: readonly Start[]): Promise<void> => {
  const failure = new AbortController()
  const signal = AbortSignal.any([context.signal, failure.signal])
  const fail = (error: unknown): never => {
    failure.abort(error)
    throw error
  }
  const runs = starts.map(start => start({ ...context, signal }).catch(fail))
  await Promise.allSettled(runs)
  await Promise.all(runs)
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

import { analyzeKpi } from '../analyze/analyze-kpi.ts'
import { createKafka } from '../kafka/client.ts'
import { TopologyRunner } from '../kafka/run-topology.ts'
import type { Kpi } from '../market/kpi.ts'
import { systemClock } from '../runtime/clock.ts'
import { metrics } from '../runtime/metrics.ts'
import type { Topology } from '../stream/topology.ts'
import type { Command, Context } from './command.ts'

const countKpis = (kpis: readonly Kpi[]): void => {
  for (const { exchange, symbol } of kpis) metrics.kpis.inc({ exchange, symbol })
}

/** Runs one topology until the signal. */
const start = <State, In, Out>(
  { config, log, health, signal }: Context,
  topology: Topology<State, In, Out>,
  observe: (emitted: readonly Out[]) => void
): Promise<void> => {
  const { commitEveryMs, topicPrefix: prefix } = config
  const kafka = createKafka(config.kafka, topology.name, log)
  return new TopologyRunner({
    topology,
    kafka,
    prefix,
    commitEveryMs,
    clock: systemClock,
    log,
    health,
    signal,
    observe
  }).start()
}

export const command: Command = {
  name: 'analyze',
  summary: 'compute market KPIs, exactly once',
  usage:
    'Reads raw_tickers, raw_books and ohlcv_1m, writes kpi every KPI_EVERY_MS of event time. Start as many as the topics have partitions; they share the work.',
  options: {},
  stage: true,
  run: async context => {
    const topologies = [start(context, analyzeKpi({ everyMs: context.config.kpiEveryMs }), countKpis)]
    await Promise.all(topologies)
    return 0
  }
}

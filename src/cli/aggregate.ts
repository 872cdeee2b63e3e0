import { aggregate } from '../aggregate/aggregate.ts'
import { createKafka } from '../kafka/client.ts'
import { TopologyRunner } from '../kafka/run-topology.ts'
import type { Candle } from '../market/candle.ts'
import { systemClock } from '../runtime/clock.ts'
import { metrics } from '../runtime/metrics.ts'
import type { Command } from './command.ts'

const observe = (candles: readonly Candle[]): void => {
  for (const candle of candles) metrics.candles.inc({ interval: candle.interval, final: String(candle.final) })
}

export const command: Command = {
  name: 'aggregate',
  summary: 'build candles of every interval from raw_ticks, exactly once',
  usage:
    'Reads raw_ticks, writes ohlcv_* for INTERVALS. Start as many as raw_ticks has partitions; they share the work.',
  options: {},
  stage: true,
  run: async ({ config, log, health, signal }) => {
    const { intervals, gapHoldMs, revisionHorizonMs, commitEveryMs, topicPrefix: prefix } = config
    const topology = aggregate({ intervals, gapHoldMs, revisionHorizonMs })
    const kafka = createKafka(config.kafka, topology.name, log)
    await new TopologyRunner({
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
    return 0
  }
}

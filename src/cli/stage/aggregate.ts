import { aggregate } from '../../aggregate/aggregate.ts'
import { hasChain } from '../../exchange/registry.ts'
import type { Candle } from '../../market/records/derived/candle.ts'
import { keepGarbageWithin } from '../../runtime/heap.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import type { Command } from '../run/command.ts'
import { running } from './running.ts'

/** With this, 500 symbols stay below 300 MiB: bench/README.md. */
export const GARBAGE_BYTES = 20 << 20

const observe = (candles: readonly Candle[]): void => {
  for (const candle of candles) metrics.candles.inc({ interval: candle.interval, final: String(candle.final) })
}

export const command: Command = {
  name: 'aggregate',
  summary: 'build candles of every interval from raw_ticks, exactly once',
  usage:
    'Reads raw_ticks and exchange_klines, writes ohlcv_* for INTERVALS. Start as many as raw_ticks has partitions; they share the work.',
  options: {},
  stage: true,
  run: async context => {
    keepGarbageWithin(GARBAGE_BYTES)
    const { intervals, gapHoldMs, revisionHorizonMs } = context.config
    await running(aggregate({ intervals, gapHoldMs, revisionHorizonMs, hasChain }), observe)(context)
    return 0
  }
}

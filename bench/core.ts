import { aggregate } from '../src/aggregate/aggregate.ts'
import { belongsTo } from '../src/kafka/client/partitioner.ts'
import { nothingRestored } from '../src/kafka/task/commit/state-changelog.ts'
import { TaskState } from '../src/kafka/task/task-state.ts'
import { INTERVALS, type Interval } from '../src/market/interval.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { rawTicks } from '../src/topics.ts'
import type { BenchOptions, Figures } from './bench.ts'
import { seededTicks } from './seeded-trades.ts'

/** Bytes in memory → decode → fold → encoded candles and state, one thread, no broker. */
export const core = async ({ records, intervals }: BenchOptions): Promise<Figures> => {
  const plan = { trades: records, symbols: 20, minutes: 60, seed: 1 }
  const messages = [...seededTicks(plan)].map((tick, n) => ({
    key: Buffer.from(rawTicks.key(tick)),
    value: Buffer.from(rawTicks.codec.encode(tick)),
    offset: String(n),
    timestamp: String(tick.time)
  }))
  const options = {
    intervals: (intervals ?? INTERVALS) as readonly Interval[],
    gapHoldMs: 60_000,
    revisionHorizonMs: 600_000
  }
  const fold = new TaskState(
    aggregate(options),
    0,
    nothingRestored(),
    [],
    systemClock,
    () => undefined,
    belongsTo(0, 1)
  )
  const startedAt = systemClock.monotonicMs()
  const cpu = process.cpuUsage()
  let outputs = 0
  for (let at = 0; at < messages.length; at += 15_000) {
    const batch = messages.slice(at, at + 15_000)
    fold.fold(0, batch, String(at + batch.length), null)
    outputs += fold.drainCommit()?.records.length ?? 0
  }
  const seconds = (systemClock.monotonicMs() - startedAt) / 1000
  const used = process.cpuUsage(cpu)
  return {
    ticksPerSecond: Math.round(records / seconds),
    cpuSecondsPerMillion: round((used.user + used.system) / records, 2),
    outputs
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

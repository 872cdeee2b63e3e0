import { INTERVALS } from '../src/market/interval.ts'
import type { Heartbeat } from '../src/market/records/feed/trade.ts'
import { epochMs } from '../src/market/time.ts'
import type { BenchOptions, Figures } from './bench.ts'
import { withTopics } from './bench-topics.ts'
import { catchUp, fill } from './catch-up.ts'
import { seededTicks } from './seeded-trades.ts'

/** A first process folds 20 minutes of many symbols; a second one has to restore their state before it goes on. */
export const restore = ({ symbols, records }: BenchOptions): Promise<Figures> =>
  withTopics(async topics => {
    const plan = { trades: records, symbols: symbols ?? 500, minutes: 20, seed: 1 }
    const last = new Map<string, Heartbeat>()
    const watched = function* () {
      for (const tick of seededTicks(plan)) {
        if ('kind' in tick) last.set(tick.symbol, tick)
        yield tick
      }
    }
    await fill(topics.kafka, topics.prefix, watched())
    const first = await catchUp(topics, { intervals: INTERVALS })
    await fill(
      topics.kafka,
      topics.prefix,
      [...last.values()].map(beat => ({ ...beat, time: epochMs(beat.time + 1) }))
    )
    const second = await catchUp(topics, { intervals: INTERVALS })
    return {
      symbols: plan.symbols,
      takenAfterSeconds: second.takenAfterSeconds,
      firstPeakRssMiB: first.peakRssMiB,
      restoredPeakRssMiB: second.peakRssMiB
    }
  })

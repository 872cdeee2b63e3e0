import { analyzePairs } from '../src/analyze/analyze-pairs.ts'
import { nothingRestored } from '../src/kafka/task/commit/state-changelog.ts'
import { TaskState } from '../src/kafka/task/task-state.ts'
import type { PairLeg } from '../src/market/records/derived/pair-leg.ts'
import { PAIR_METHODS, type PairStats } from '../src/market/records/derived/pair-stats.ts'
import { epochMs } from '../src/market/time.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { randomStream, uniform } from '../src/simulate/market/seeded-random.ts'
import { pairLegs } from '../src/topics.ts'
import type { BenchOptions, Figures } from './bench.ts'

const PAIRS = 50
const WINDOW = 240
const START = 1_723_161_600_000
/** Ten times real time, at one candle a second. */
const WANTED = PAIRS * 10

/** A walk for each instrument, both legs of every pair second by second. */
function* legs(seconds: number): Generator<PairLeg> {
  const next = randomStream(1)
  const prices = Array.from({ length: PAIRS * 2 }, (_, n) => 100 * (n + 1))
  for (let second = 0; second < 2 * WINDOW + seconds; second++)
    for (let n = 0; n < prices.length; n++) {
      prices[n] = prices[n]! * (1 + (uniform(next()) - 0.5) * 1e-3)
      const [a, b] = [`binance:A${n >> 1}/USDT`, `binance:B${n >> 1}/USDT`]
      const openTime = epochMs(START + second * 1_000)
      const close = String(Number(prices[n]!.toFixed(4)))
      yield { a, b, side: n % 2 === 0 ? 'a' : 'b', interval: '1s', openTime, close, revision: 0 }
    }
}

/** With every test of its method made; a half-life alone may be undefined. */
const isWhole = ({ halfLife: _, egStat, egPValue, cointegrated, ...stats }: PairStats): boolean =>
  !Object.values(stats).includes(null) && (stats.method !== 'ols' || ![egStat, egPValue, cointegrated].includes(null))

/** Bytes in memory → decode → four methods and their tests at every candle → encoded statistics and state, one thread, no broker. */
export const pairs = async ({ seconds }: BenchOptions): Promise<Figures> => {
  const messages = [...legs(seconds)].map((leg, n) => ({
    key: Buffer.from(pairLegs.key(leg)),
    value: Buffer.from(pairLegs.codec.encode(leg)),
    offset: String(n),
    timestamp: String(pairLegs.time(leg))
  }))
  const topology = analyzePairs({ window: WINDOW })
  let whole = 0
  const count = (stats: readonly PairStats[]): void => {
    whole += stats.filter(isWhole).length
  }
  const fold = new TaskState(topology, 0, nothingRestored(), [], systemClock, count)
  const warm = 2 * WINDOW * PAIRS * 2
  fold.fold(0, messages.slice(0, warm), String(warm), null)
  fold.drainCommit()
  whole = 0
  const cpu = process.cpuUsage()
  for (let at = warm; at < messages.length; at += PAIRS * 2) {
    const batch = messages.slice(at, at + PAIRS * 2)
    fold.fold(0, batch, String(at + batch.length), null)
    fold.drainCommit()
  }
  const used = process.cpuUsage(cpu)
  const steps = seconds * PAIRS
  const cpuSeconds = (used.user + used.system) / 1e6
  return {
    window: WINDOW,
    pairSteps: steps,
    checked: whole === steps * PAIR_METHODS.length,
    cpuMillisecondsPerStep: Number(((1000 * cpuSeconds) / steps).toFixed(3)),
    pairStepsPerCoreSecond: Math.round(steps / cpuSeconds),
    coreAtTenTimes: `${Math.round((100 * WANTED * cpuSeconds) / steps)} %`
  }
}

import { join } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { createWorkerPool, type WorkerPool } from '../../runtime/worker/worker-pool.ts'
import type { MarketSource } from '../bars/bars-from-postgres.ts'
import { type BacktestRequest, parseBacktest } from './backtest-request.ts'

type Asked = Readonly<Record<string, string | boolean>>

/** What a thread is told. */
export type BacktestTask = { readonly url: string; readonly asked: Asked; readonly mostCandles: number }

/** Backtests for the gateway. */
export type Backtests = {
  /** The command's options by the same names; resolves to the answer as JSON. */
  readonly run: (asked: Asked, signal: AbortSignal) => Promise<Uint8Array>
  readonly close: WorkerPool['close']
}

const FILE = join(import.meta.dirname, 'backtest-worker.ts')

/** What one request may cost; the command takes any number, and any time. */
const LIMITS = { atOnce: 2, waiting: 4, withinMs: 60_000, memoryMiB: 384 }
const MAX_CANDLES = 50_000

const ADVICE =
  'narrow from and to, take a wider interval, a smaller window or the method ols, or run `tickstream backtest`, which has no limit'

/** The pair of a request that names one. */
export const pairOf = ({ source }: BacktestRequest): MarketSource => {
  if (source.kind === 'files') throw new TickstreamError('TS-CONFIG', 'name the pair as A~B')
  return source
}

/** Backtests over the candles of a database, each on a thread of its own. */
export const createBacktests = (
  url: string,
  { mostCandles = MAX_CANDLES, ...limits }: Partial<typeof LIMITS> & { readonly mostCandles?: number } = {}
): Backtests => {
  const pool = createWorkerPool({ ...LIMITS, ...limits, file: FILE, name: 'backtest', advice: ADVICE, clock })
  return {
    run: async (asked, signal) => {
      pairOf(parseBacktest(asked))
      const task: BacktestTask = { url, asked, mostCandles }
      return pool.run(task, signal)
    },
    close: pool.close
  }
}

import { TickstreamError } from '../../../market/error.ts'
import { INTERVAL_MS, isInterval } from '../../../market/interval.ts'
import type { PairSide } from '../../../market/records/derived/pair-leg.ts'
import type { PairMethod } from '../../../market/records/derived/pair-stats.ts'
import { newPairSeries, type PairSeries } from './pair-series.ts'
import type { Waiting } from './waiting.ts'

/** What the statistics of pairs are made by. */
export type PairOptions = {
  /** In candles that both have. */
  readonly window: number
  readonly methods: readonly PairMethod[]
  /** `log`: of prices, so that beta is an elasticity. */
  readonly prices: 'plain' | 'log'
}

/** One pair at one interval: what both have, and what waits for the other. */
export type PairState = {
  /** Candles are stored in chunks of so many milliseconds, each a part of the state. */
  readonly chunkMs: number
  series: PairSeries
  readonly waiting: Readonly<Record<PairSide, Waiting>>
  /** The oldest time whose value a correction bears on and that has not been made again. */
  stale: number | null
  /** Parts that changed since the last commit. */
  readonly changed: Set<string>
}

const CANDLES_PER_CHUNK = 100

/** `A~B#interval` → the state of a pair of which nothing has come. Throws `TS-CONFIG` for a key without an interval. */
export const newPairState =
  ({ window }: Pick<PairOptions, 'window'>) =>
  (key: string): PairState => {
    const interval = key.slice(key.lastIndexOf('#') + 1)
    if (!isInterval(interval)) throw new TickstreamError('TS-CONFIG', `"${key}" has no interval; key legs as A~B#1m`)
    return {
      chunkMs: INTERVAL_MS[interval] * CANDLES_PER_CHUNK,
      series: newPairSeries(window),
      waiting: { a: new Map(), b: new Map() },
      stale: null,
      changed: new Set()
    }
  }

/** The chunk that a candle belongs to. */
export const chunkOf = ({ chunkMs }: PairState, openTime: number): number => Math.floor(openTime / chunkMs)

/** The part of the state that holds what is of no one time. */
export const HEAD = 'head'

/** The part of the state that holds a chunk of the points, or of what waits on one side. */
export const partName = (kind: 'points' | PairSide, chunk: number): string => `${kind}/${chunk}`

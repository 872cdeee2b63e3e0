import { aggregate, type MinuteKline } from '../../src/aggregate/aggregate.ts'
import type { Interval } from '../../src/market/interval.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { drive } from './drive.ts'
import { DAY } from './market.ts'

export type CandleOptions = {
  readonly intervals: readonly Interval[]
  readonly gapHoldMs: number
  readonly revisionHorizonMs: number
  readonly hasChain?: (exchange: string) => boolean
}

const options: CandleOptions = { intervals: ['1s'], gapHoldMs: 10_000, revisionHorizonMs: 60_000 }

/** Runs ticks through the aggregate topology in memory: what it published, and what it refused. */
export const candlesOf = (ticks: readonly (Tick | MinuteKline)[], more: Partial<CandleOptions> = {}) => {
  const { outputs, rejected } = drive(aggregate({ ...options, ...more }), ticks)
  return { candles: outputs.map(({ value }) => JSON.parse(value ?? '') as Candle), rejected }
}

/** `+1s r0 traded 2 missing 3`: second of the day, revision, status, trades, and what is missing. */
export const brief = (candle: Candle): string =>
  `+${(candle.openTime - DAY) / 1000}s r${candle.revision} ${candle.status} ${candle.tradeCount}${candle.missing === undefined ? '' : ` missing ${candle.missing}`}`

import { isTrade } from '../../../src/market/records/feed/trade.ts'
import type { World } from '../world/world.ts'
import type { SymbolEvidence } from './evidence.ts'

/** How far the clocks of processes may be apart from the exchange's. */
const SKEW_MS = 1_000

/** What was written with a time that had not come: trades, heartbeats and gap markers, positions, and candles that were closed. */
export const judgeFuture = (of: SymbolEvidence, { startAt, timeline }: World): readonly string[] => {
  const isFuture = (time: number, atMs: number): boolean => time > startAt + atMs + SKEW_MS
  const ticks = of.ticks.filter(({ value, takenAtMs }) => isFuture(value.time, takenAtMs))
  const positions = of.positions.filter(({ value, takenAtMs }) => isFuture(value.time, takenAtMs))
  const candles = of.candles.filter(({ final, closeTime }) => final && isFuture(closeTime, timeline.nowMs()))
  return [
    ...ticks.map(({ value: tick }) => `a ${isTrade(tick) ? `trade ${tick.id}` : tick.kind} is of ${tick.time}`),
    ...positions.map(({ value }) => `a position is of ${value.time}`),
    ...candles.map(({ interval, openTime }) => `the candle ${interval} ${openTime} is final`)
  ].map(what => `${of.symbol}: ${what}, which had not come`)
}

import type { Candle } from '../../../src/market/candle.ts'
import type { DeadLetter } from '../../../src/market/dead-letter.ts'
import type { Gap } from '../../../src/market/gap.ts'
import { INTERVALS } from '../../../src/market/interval.ts'
import type { Position } from '../../../src/market/position.ts'
import { isTrade, type Tick, type Trade } from '../../../src/market/trade.ts'
import type { Topic } from '../../../src/stream/topic.ts'
import { candles, deadLetters, gaps, ingestState, rawTicks } from '../../../src/topics.ts'
import { bytesOf } from '../broker/partition-log.ts'
import type { Print } from '../exchange/market.ts'
import type { World } from '../world/stages.ts'

/** A record, decoded, and when the broker took it. */
export type Told<T> = { readonly value: T; readonly key: string; readonly takenAtMs: number }

/** What a run left of one symbol, each in the order of its partition. */
export type SymbolEvidence = {
  readonly symbol: string
  /** All that the exchange printed, by id. */
  readonly printed: ReadonlyMap<number, Print>
  /** Ids that a socket carried. */
  readonly carried: ReadonlySet<string>
  readonly ticks: readonly Told<Tick>[]
  /** The trades among the ticks. */
  readonly trades: readonly Trade[]
  readonly gaps: readonly Told<Gap>[]
  readonly positions: readonly Told<Position>[]
  readonly candles: readonly Candle[]
}

/** What a run left. */
export type Evidence = {
  readonly world: World
  readonly symbols: readonly SymbolEvidence[]
  readonly deadLetters: readonly DeadLetter[]
}

const told = <T>({ broker }: World, { name, codec }: Topic<T>): readonly Told<T>[] =>
  broker
    .visible(name)
    .flatMap(({ key, value, takenAtMs }) =>
      value === null ? [] : [{ value: codec.decode(bytesOf(value)), key: key ?? '', takenAtMs }]
    )

/** Reads everything as a consumer at `read_committed` would. */
export const gather = (world: World): Evidence => {
  const of = <T extends { readonly symbol: string }>(symbol: string, all: readonly Told<T>[]): readonly Told<T>[] =>
    all.filter(({ value }) => value.symbol === symbol)
  const [ticks, holes, positions] = [told(world, rawTicks), told(world, gaps), told(world, ingestState)]
  const all = INTERVALS.flatMap(interval => told(world, candles[interval]))
  const symbols = world.venue.markets.map(({ symbol, trades: prints }) => {
    const told = of(symbol, ticks)
    return {
      symbol,
      printed: new Map(prints.map(print => [Number(print.id), print])),
      carried: world.venue.carried.get(symbol) ?? new Set<string>(),
      ticks: told,
      trades: told.flatMap(({ value }) => (isTrade(value) ? [value] : [])),
      gaps: of(symbol, holes),
      positions: of(symbol, positions),
      candles: of(symbol, all).map(({ value }) => value)
    }
  })
  return { world, symbols, deadLetters: told(world, deadLetters).map(({ value }) => value) }
}

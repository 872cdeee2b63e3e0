import { epochOf, type InEpoch } from '../../../src/market/epoch.ts'
import { INTERVALS } from '../../../src/market/interval.ts'
import type { DeadLetter } from '../../../src/market/records/dead-letter.ts'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import type { Gap } from '../../../src/market/records/feed/gap.ts'
import type { Position } from '../../../src/market/records/feed/position.ts'
import { isTrade, type Tick, type Trade } from '../../../src/market/records/feed/trade.ts'
import type { Topic } from '../../../src/stream/topic.ts'
import { candles, deadLetters, gaps, ingestState, rawTicks } from '../../../src/topics.ts'
import { bytesOf } from '../broker/partition-log.ts'
import { chainAt, type Market, type Print } from '../exchange/market.ts'
import type { World } from '../world/world.ts'

/** A record, decoded, and when the broker took it. */
export type Told<T> = { readonly value: T; readonly key: string; readonly takenAtMs: number }

/** What a run left of one epoch of a symbol's ids, each in the order of its partition. */
export type EpochEvidence = {
  readonly symbol: string
  readonly epoch: number
  /** Which chain of the exchange's ids its trades are of; null where it has none. */
  readonly chain: number | null
  /** All that the exchange printed in this chain, by id. */
  readonly printed: ReadonlyMap<number, Print>
  /** When the exchange forgot this chain; null for its last one. */
  readonly forgottenAtMs: number | null
  /** The first that it printed in the next one. */
  readonly next: Print | undefined
  readonly ticks: readonly Told<Tick>[]
  /** The trades among the ticks. */
  readonly trades: readonly Trade[]
  readonly gaps: readonly Told<Gap>[]
  readonly positions: readonly Told<Position>[]
}

/** What a run left of one symbol, each in the order of its partition. */
export type SymbolEvidence = Pick<EpochEvidence, 'symbol' | 'ticks' | 'gaps' | 'positions'> & {
  readonly market: Market
  readonly candles: readonly Candle[]
  readonly epochs: readonly EpochEvidence[]
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

const tradesOf = (ticks: readonly Told<Tick>[]): readonly Trade[] =>
  ticks.flatMap(({ value }) => (isTrade(value) ? [value] : []))

const epochEvidence = (
  { market, ...of }: Omit<SymbolEvidence, 'epochs' | 'candles'>,
  epoch: number,
  { startAt }: World
): EpochEvidence => {
  const within = <T extends InEpoch>(all: readonly Told<T>[]): readonly Told<T>[] =>
    all.filter(({ value }) => epochOf(value) === epoch)
  const ticks = within(of.ticks)
  const trades = tradesOf(ticks)
  const chain = trades[0] ? chainAt(market.resets, trades[0].time - startAt) : null
  const printsOf = (chain: number | null): readonly Print[] => market.trades.filter(print => print.chain === chain)
  return {
    symbol: of.symbol,
    epoch,
    chain,
    printed: new Map(printsOf(chain).map(print => [Number(print.id), print])),
    forgottenAtMs: chain === null ? null : (market.resets[chain]?.atMs ?? null),
    next: chain === null ? undefined : printsOf(chain + 1)[0],
    ticks,
    trades,
    gaps: within(of.gaps),
    positions: within(of.positions)
  }
}

/** Reads everything as a consumer at `read_committed` would. */
export const gather = (world: World): Evidence => {
  const of = <T extends { readonly symbol: string }>(symbol: string, all: readonly Told<T>[]): readonly Told<T>[] =>
    all.filter(({ value }) => value.symbol === symbol)
  const [ticks, holes, positions] = [told(world, rawTicks), told(world, gaps), told(world, ingestState)]
  const all = INTERVALS.flatMap(interval => told(world, candles[interval]))
  const symbols = world.venue.markets.map(market => {
    const { symbol } = market
    const left = {
      symbol,
      market,
      ticks: of(symbol, ticks),
      gaps: of(symbol, holes),
      positions: of(symbol, positions)
    }
    const epochs = [...left.ticks, ...left.gaps, ...left.positions].map(({ value }) => epochOf(value))
    return {
      ...left,
      candles: of(symbol, all).map(({ value }) => value),
      epochs: [...new Set(epochs)].sort((a, b) => a - b).map(epoch => epochEvidence(left, epoch, world))
    }
  })
  return { world, symbols, deadLetters: told(world, deadLetters).map(({ value }) => value) }
}

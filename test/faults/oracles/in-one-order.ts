import { epochOf, type InEpoch } from '../../../src/market/epoch.ts'
import { isTrade, type Tick, type Trade } from '../../../src/market/records/feed/trade.ts'
import type { Print } from '../exchange/market.ts'
import type { SymbolEvidence } from './evidence.ts'

/** More than any id of a run. */
const SPAN = 2 ** 40

/** An id of any epoch as one of a single chain, in which those of a later epoch lie behind those of the ones before; its first place is no id's. */
const placeOf = (epoch: number, id: string): string => String(epoch * SPAN + Number(id) + 1)

export const epochOfPlace = (place: string | number): number => Math.floor(Number(place) / SPAN)

const idOfPlace = (place: string): string => String((Number(place) % SPAN) - 1)

/** A symbol's evidence with the ids of all its epochs in one order. */
export type InOneOrder = Pick<SymbolEvidence, 'symbol' | 'candles'> & {
  readonly ticks: readonly Tick[]
  readonly trades: readonly Trade[]
  /** What the exchange printed of the chains that were followed. */
  readonly printed: readonly { readonly place: number; readonly print: Print }[]
}

/** A record with its ids in that order. */
export const placed = (tick: Tick): Tick => {
  const at = (id: string | null): string => placeOf(epochOf(tick), String(id))
  if (isTrade(tick)) return { ...tick, id: at(tick.id) }
  if (tick.kind === 'heartbeat') return { ...tick, lastId: at(tick.lastId) }
  return { ...tick, fromId: at(tick.fromId), toId: at(tick.toId) }
}

export const inOneOrder = ({ symbol, candles, ticks, epochs }: SymbolEvidence): InOneOrder => {
  const all = ticks.map(({ value }) => placed(value))
  return {
    symbol,
    candles,
    ticks: all,
    trades: all.filter(isTrade),
    printed: epochs.flatMap(({ epoch, printed }) =>
      [...printed.values()].map(print => ({ place: Number(placeOf(epoch, print.id)), print }))
    )
  }
}

/** What a candle says of two ids in one order: each within its epoch, and the later one's epoch. */
export const toldIds = (
  firstTradeId: string | null,
  lastTradeId: string | null
): InEpoch & { readonly firstTradeId: string | null; readonly lastTradeId: string | null } => ({
  firstTradeId: firstTradeId && idOfPlace(firstTradeId),
  lastTradeId: lastTradeId && idOfPlace(lastTradeId),
  ...(lastTradeId && epochOfPlace(lastTradeId) > 0 ? { epoch: epochOfPlace(lastTradeId) } : {})
})

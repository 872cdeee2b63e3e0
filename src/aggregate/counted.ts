import type { Head } from './state-codec.ts'

/** Trade ids that the candles of a symbol hold, and what they can still take in. Ids are inclusive. */
export type Counted = {
  readonly firstId: number
  readonly firstTime: number
  readonly lastId: number
  /** Those in between that are missing, and that a late trade can still fill. */
  readonly holes: readonly { readonly from: number; readonly to: number }[]
  /** Whether trades before the first one are still taken: not once a window has been forgotten. */
  readonly takesEarlier: boolean
}

/** Reads it from the head of a symbol's state. */
export const countedOf = (head: string): Counted => {
  const { ledger, series } = JSON.parse(head) as Head
  const [finest] = series
  const keptFrom = finest?.[1] ?? 0
  const holes = ledger.holes.filter(hole => hole.state !== 'lost' || hole.touchedFrom >= keptFrom)
  return {
    firstId: ledger.firstId,
    firstTime: ledger.firstTime,
    lastId: ledger.lastId,
    holes: holes.map(({ fromId, toId }) => ({ from: fromId, to: toId })),
    takesEarlier: series.every(([, kept, begin]) => kept <= begin)
  }
}

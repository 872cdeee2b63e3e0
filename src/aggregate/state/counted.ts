import { isHolePart, readHoles } from './gap-parts.ts'
import { HEAD, type Head } from './state-codec.ts'

/** Trade ids that the candles of a symbol hold, and what they can still take in. Ids are inclusive. */
export type Counted = {
  readonly firstId: number
  readonly firstTime: number
  readonly lastId: number
  /** Those in between that are missing, and that a late trade can still fill. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[]
  /** Whether trades before the first one are still taken: not once a window has been forgotten. */
  readonly takesEarlier: boolean
}

/** Whether a state part of that name is needed to tell. */
export const tellsCounted = (name: string): boolean => name === HEAD || isHolePart(name)

/** Reads it from those parts of a symbol's state; null where there are none. */
export const countedOf = (parts: ReadonlyMap<string, string>): Counted | null => {
  const head = parts.get(HEAD)
  if (head === undefined) return null
  const { ledger, series } = JSON.parse(head) as Head
  const [finest] = series
  const keptFrom = finest?.[1] ?? 0
  const holes = readHoles(ledger.holes, parts).filter(hole => hole.state !== 'lost' || hole.touchedFrom >= keptFrom)
  return {
    firstId: ledger.firstId,
    firstTime: ledger.firstTime,
    lastId: ledger.lastId,
    gaps: holes.map(({ fromId, toId }) => ({ from: fromId, to: toId })),
    takesEarlier: series.every(([, kept, begin]) => kept <= begin)
  }
}

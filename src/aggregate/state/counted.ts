import { isGapPart, readGaps, STORED_GAPS } from './gap-parts.ts'
import { HEAD, type Head } from './state-codec.ts'

/** Trade ids that the candles of a symbol hold, and what they can still take in. Ids are inclusive. */
export type Counted = {
  readonly firstId: number
  readonly firstTime: number
  readonly lastId: number
  /** Those in between that are missing, and that a late trade can still fill. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[]
  /** Whether trades before the first one are still taken: not once a window has been forgotten. */
  readonly acceptsEarlier: boolean
}

/** Whether a state part of that name is needed to tell. */
export const isCountedPart = (name: string): boolean => name === HEAD || isGapPart(name)

/** Reads it from those parts of a symbol's state; null where there are none. */
export const countedOf = (parts: ReadonlyMap<string, string>): Counted | null => {
  const head = parts.get(HEAD)
  if (head === undefined) return null
  const { ledger, series } = JSON.parse(head) as Head
  const [finest] = series
  const retainedFrom = finest?.[1] ?? 0
  const gaps = readGaps(ledger[STORED_GAPS], parts).filter(
    gap => gap.state !== 'lost' || gap.touchedFrom >= retainedFrom
  )
  return {
    firstId: ledger.firstId,
    firstTime: ledger.firstTime,
    lastId: ledger.lastId,
    gaps: gaps.map(({ fromId, toId }) => ({ from: fromId, to: toId })),
    acceptsEarlier: series.every(([, retainedFrom, begin]) => retainedFrom <= begin)
  }
}

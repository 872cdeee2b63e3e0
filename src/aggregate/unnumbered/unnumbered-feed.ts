import type { StatePart } from '../../stream/topology.ts'
import { type ExchangeMinutes, minuteParts, newExchangeMinutes, readMinutes } from './exchange-minutes.ts'
import { idParts, newRecentIds, type RecentIds, readIds } from './recent-ids.ts'

/**
 * What takes the ledger's place where no number goes up by one from trade to trade: the ids of late, so that a trade counts once, and the
 * exchange's own minutes, which tell whether all trades came.
 */
export type UnnumberedFeed = { readonly ids: RecentIds; readonly minutes: ExchangeMinutes }

export const newUnnumberedFeed = (): UnnumberedFeed => ({ ids: newRecentIds(), minutes: newExchangeMinutes() })

export const feedParts = ({ ids, minutes }: UnnumberedFeed): readonly StatePart[] => [
  ...idParts(ids),
  ...minuteParts(minutes)
]

/** `idsFrom`: of the seconds before it nothing is known any more. */
export const readFeed = (parts: ReadonlyMap<string, string>, idsFrom: number): UnnumberedFeed => ({
  ids: readIds(parts, idsFrom),
  minutes: readMinutes(parts)
})

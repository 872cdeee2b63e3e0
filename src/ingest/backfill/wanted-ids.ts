import { createLedger, type IdLedger, type IdRange, missingIn, removeIds, reopen } from '../../market/id-ledger.ts'
import type { BackfillPosition } from '../../market/records/feed/backfill-position.ts'
import type { Gap } from '../../market/records/feed/gap.ts'

/** Ids that the candles hold already, but for the gaps that they can still take in. */
type CountedIds = { readonly firstId: number; readonly lastId: number; readonly gaps: readonly IdRange[] }

/** The ids of a backfill that are still to be asked for, as the gaps of a ledger. `counted`: null where there are no candles yet. */
export const wantedIds = (
  position: BackfillPosition,
  counted: CountedIds | null,
  unfilled: readonly Gap[]
): IdLedger => {
  const range = { from: resumeAt(position, unfilled), to: Number(position.toId) }
  const wanted = createLedger(range.to)
  if (range.from > range.to) return wanted
  reopen(wanted, range)
  if (counted === null) return wanted
  removeIds(wanted, { from: counted.firstId, to: counted.lastId })
  const open = missingIn({ max: range.to, gaps: counted.gaps }, range)
  for (const gap of open) reopen(wanted, gap)
  return wanted
}

/** A gap that was given up is walked from its beginning: only as a whole is it known to be filled. */
const resumeAt = ({ fromId, nextId }: BackfillPosition, unfilled: readonly Gap[]): number => {
  const next = Number(nextId)
  const astride = unfilled.find(gap => Number(gap.fromId) < next && Number(gap.toId) >= next)
  return astride ? Math.max(Number(astride.fromId), Number(fromId)) : next
}

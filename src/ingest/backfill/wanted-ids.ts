import { createLedger, type IdLedger, type IdRange, missingIn, removeIds, reopen } from '../../market/id-ledger.ts'
import type { BackfillPosition } from '../../market/records/feed/backfill-position.ts'
import type { Gap } from '../../market/records/feed/gap.ts'

/** Ids that the candles hold already, but for the holes that they can still take in. */
type Known = { readonly firstId: number; readonly lastId: number; readonly holes: readonly IdRange[] }

/** The ids of a backfill that are still to be asked for, as the holes of a ledger. `known`: null where there are no candles yet. */
export const wantedIds = (position: BackfillPosition, known: Known | null, lost: readonly Gap[]): IdLedger => {
  const range = { from: resumeAt(position, lost), to: Number(position.toId) }
  const wanted = createLedger(range.to)
  if (range.from > range.to) return wanted
  reopen(wanted, range)
  if (known === null) return wanted
  removeIds(wanted, { from: known.firstId, to: known.lastId })
  const open = missingIn({ max: range.to, holes: known.holes }, range)
  for (const hole of open) reopen(wanted, hole)
  return wanted
}

/** A hole that was given up is walked from its beginning: only as a whole is it known to be filled. */
const resumeAt = ({ fromId, nextId }: BackfillPosition, lost: readonly Gap[]): number => {
  const next = Number(nextId)
  const astride = lost.find(gap => Number(gap.fromId) < next && Number(gap.toId) >= next)
  return astride ? Math.max(Number(astride.fromId), Number(fromId)) : next
}

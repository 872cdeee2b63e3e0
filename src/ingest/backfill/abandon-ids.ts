import { createLedger, type IdRange, removeIds, reopen } from '../../market/id-ledger.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import type { GapMarker } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'
import { type Outgoing, outgoing } from '../../stream/topic.ts'
import { gaps, rawTicks } from '../../topics.ts'
import type { Backfilling } from './backfilling.ts'

/** Says of ids that history does not have that they are lost, unless `gaps` names them already. */
export const abandonIds = (backfill: Backfilling, range: IdRange, time: EpochMs): readonly Outgoing[] => {
  const unnamed = createLedger(range.to)
  reopen(unnamed, range)
  for (const { fromId, toId } of backfill.unfilled) removeIds(unnamed, { from: Number(fromId), to: Number(toId) })
  return unnamed.gaps.flatMap(gap => [
    outgoing(gaps, unrecoverableGap(backfill, gap)),
    outgoing(rawTicks, gapMarker(backfill, gap, time))
  ])
}

const unrecoverableGap = ({ position, clock }: Backfilling, { from, to }: IdRange): Gap => ({
  exchange: position.exchange,
  symbol: position.symbol,
  fromId: String(from),
  toId: String(to),
  count: to - from + 1,
  detectedAt: clock.now(),
  status: 'unrecoverable',
  cause: 'skipped',
  closedAt: clock.now()
})

const gapMarker = ({ position, clock }: Backfilling, { from, to }: IdRange, time: EpochMs): GapMarker => ({
  kind: 'gap',
  exchange: position.exchange,
  symbol: position.symbol,
  fromId: String(from),
  toId: String(to),
  time,
  receivedAt: clock.now()
})

import { createLedger, type IdRange, removeIds, reopen } from '../../market/id-ledger.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import type { LostTrades } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'
import { type Outgoing, outgoing } from '../../stream/topic.ts'
import { gaps, rawTicks } from '../../topics.ts'
import type { Backfilling } from './backfilling.ts'

/** Says of ids that history does not have that they are lost, unless `gaps` names them already. */
export const giveUp = (backfill: Backfilling, range: IdRange, time: EpochMs): readonly Outgoing[] => {
  const unnamed = createLedger(range.to)
  reopen(unnamed, range)
  for (const { fromId, toId } of backfill.holes) removeIds(unnamed, { from: Number(fromId), to: Number(toId) })
  return unnamed.holes.flatMap(hole => [
    outgoing(gaps, lostGap(backfill, hole)),
    outgoing(rawTicks, lostTrades(backfill, hole, time))
  ])
}

const lostGap = ({ position, clock }: Backfilling, { from, to }: IdRange): Gap => ({
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

const lostTrades = ({ position, clock }: Backfilling, { from, to }: IdRange, time: EpochMs): LostTrades => ({
  kind: 'gap',
  exchange: position.exchange,
  symbol: position.symbol,
  fromId: String(from),
  toId: String(to),
  time,
  receivedAt: clock.now()
})

import type { Instrument } from '../../market/instrument.ts'
import type { BackfillPosition } from '../../market/records/feed/backfill-position.ts'
import { chainId } from '../../market/records/feed/trade.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import type { AskHistory } from './ask-history.ts'

/** The ids of a range of time, at the beginning of a backfill; null when nothing was traded in it. */
export const findTimeRange = async (
  { exchange, symbol }: Instrument,
  from: EpochMs,
  to: EpochMs,
  ask: AskHistory
): Promise<BackfillPosition | null> => {
  const fromId = await ask.firstFrom(from)
  if (fromId === null) return null
  const end = await findEnd(to, ask)
  if (end === null || end.toId < fromId) return null
  const ids = { fromId: String(fromId), toId: String(end.toId), nextId: String(fromId) }
  return { exchange, symbol, from, to, ...ids, provenTo: end.provenTo }
}

/** The last trade before `to`; the newest one where that has not come yet. */
const findEnd = async (
  to: EpochMs,
  ask: AskHistory
): Promise<{ readonly toId: number; readonly provenTo: EpochMs } | null> => {
  const after = await ask.firstFrom(to)
  if (after !== null) return { toId: after - 1, provenTo: to }
  const newest = (await ask.trades(null, 1)).at(-1)
  return newest ? { toId: chainId(newest), provenTo: epochMs(Math.min(newest.time, to)) } : null
}

import type { CandleStatus } from '../../market/records/derived/candle.ts'
import type { Composite } from '../../market/records/derived/composite.ts'
import { formatClock, formatNumber, UNKNOWN } from './format.ts'

/** What is shown of a symbol across venues: the newest minute, in its newest revision. */
export const newestComposite = (known: Composite | null, more: readonly Composite[]): Composite | null =>
  more.reduce<Composite | null>((newest, next) => {
    if (newest === null || next.openTime > newest.openTime) return next
    return next.openTime === newest.openTime && next.revision >= newest.revision ? next : newest
  }, known)

/** What a status says of a candle. */
export const PROOF_WORDS: Readonly<Record<CandleStatus, string>> = {
  partial: 'joined in its middle',
  gap: 'trades are missing',
  unproven: 'nothing says yet whether it is whole',
  backfilled: 'whole; some of it came from history',
  matched: 'totals equal to those of the exchange',
  traded: 'whole by the numbers of its trades',
  empty: 'proven that nothing traded',
  exchange: "the exchange's own candle"
}

/** How a status looks. */
export const proofClass = (status: CandleStatus): string => {
  if (status === 'gap' || status === 'partial') return 'badge lacks'
  return status === 'unproven' ? 'badge' : 'badge whole'
}

/** A difference in basis points, its direction told by its sign. */
export const bpsWords = (bps: number | null): string => {
  if (bps === null) return UNKNOWN
  const text = formatNumber(Math.abs(bps), 2)
  if (text === '0.00') return text
  return bps > 0 ? `+${text}` : `−${text}`
}

/** `60.0 %` */
export const shareWords = (weight: number | null): string =>
  weight === null ? UNKNOWN : `${formatNumber(weight * 100, 1)} %`

/** Who moves first. By the minute, which is coarse: exchanges follow each other within seconds. */
export const leadWords = (lead: number | null): string => {
  if (lead === null) return 'not known'
  if (lead === 0) return 'same minute'
  return lead > 0 ? `leads by ${lead} min` : `follows by ${-lead} min`
}

/** Who is not there, and since when; null when all are. */
export const missingWords = ({ missing }: Pick<Composite, 'missing'>): string | null =>
  missing.length === 0
    ? null
    : missing.map(({ exchange, since }) => `${exchange} since ${formatClock(since)} UTC`).join(', ')

import type { CandleStatus } from '../../market/records/derived/candle.ts'
import { missingCount, touches } from '../gaps.ts'
import type { Ledger } from '../ledger.ts'
import type { Series } from '../state/series.ts'
import type { SymbolState } from '../state/symbol-state.ts'
import type { Window } from '../state/window.ts'
import { MINUTE_MS } from '../unnumbered/exchange-minutes.ts'
import { matchedBy } from '../unnumbered/tally.ts'

/**
 * What a window claims to be, and how many ids are missing in the gaps that touch it. `detail`, where no number tells: by what it is
 * matched, or the volume that is missing.
 */
export type Standing = { readonly status: CandleStatus; readonly missing: number; readonly detail: string }

const plain = (status: CandleStatus): Standing => ({ status, missing: 0, detail: '' })

export const TRADED = plain('traded')
export const BACKFILLED = plain('backfilled')
const EMPTY = plain('empty')
const PARTIAL = plain('partial')
const UNPROVEN = plain('unproven')

export const standingOf = ({ unnumbered }: SymbolState, ledger: Ledger, series: Series, window: Window): Standing => {
  const closeTime = window.openTime + series.lengthMs
  if (ledger.firstTime >= window.openTime && ledger.firstTime < closeTime) return PARTIAL
  if (unnumbered !== null) return comparedStanding(series, window)
  let missing = window.missingForGood
  let isTouched = missing > 0
  for (const gap of ledger.gaps) {
    if (!touches(gap, window.openTime, closeTime)) continue
    isTouched = true
    missing += missingCount(gap)
  }
  if (isTouched) return { status: 'gap', missing, detail: '' }
  if (window.count === 0) return EMPTY
  return window.backfilled ? BACKFILLED : TRADED
}

/** Where no number proves anything the exchange's own minutes do, once they are there. */
const comparedStanding = ({ lengthMs }: Series, { tally }: Window): Standing => {
  if (lengthMs < MINUTE_MS) return UNPROVEN
  if (tally.gaps > 0) return { status: 'gap', missing: 0, detail: tally.missing }
  const witnesses = matchedBy(tally, lengthMs / MINUTE_MS)
  return witnesses === null ? UNPROVEN : { status: 'matched', missing: 0, detail: witnesses.join(',') }
}

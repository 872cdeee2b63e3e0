import { idOfOrdinal } from '../../market/epoch.ts'
import type { Rejection } from '../../stream/processor.ts'
import { type LedgerGap, missingCount, touches } from '../gaps.ts'
import { type Ledger, writeOffLost, writeOffOldest } from '../ledger.ts'
import { isRetained, oldestRetained, type Series, windowAt } from '../state/series.ts'
import { partOf } from '../state/state-parts.ts'
import { markDirty, type SymbolState, trimPart } from '../state/symbol-state.ts'
import { awaitingExchange, forgetKnown, unpinOld } from './awaiting-exchange.ts'
import { createTouched, type Touched } from './touched-times.ts'
import { unpin } from './unpin.ts'

/** Of each interval, so many closed windows behind the horizon wait for missing trades: two hours of seconds. */
const MAX_PINNED = 7_200

/**
 * Forgets the closed windows that end at or before `time`, but for those that a gap touches which can still be filled: they are pinned.
 * What lies between is forgotten, however long the gap stays open, so the state does not grow with its age.
 * Says so where windows or gaps are given up because there are too many of them.
 */
export const forgetWindows = (state: SymbolState, ledger: Ledger, time: number): Rejection | undefined => {
  const tooMany = writeOffGaps(state, ledger)
  const gaps = createTouched(ledger.gaps)
  let unpinned: Rejection | undefined
  for (const series of state.series) {
    const touched = state.unnumbered === null ? gaps : awaitingExchange(state, series)
    while (series.retainedFrom < series.closedTo && series.retainedFrom + series.lengthMs <= time)
      pass(state, series, touched)
    unpinned ??= limitPinned(state, series)
    if (touched.none && series.pinned.size === 0) series.pinnedFrom = series.retainedFrom
  }
  if (state.unnumbered !== null) {
    unpinOld(state)
    forgetKnown(state, state.unnumbered)
  }
  const oldest = Math.min(...state.series.map(series => series.retainedFrom))
  for (const gap of writeOffLost(ledger, oldest)) keepMissing(state, gap)
  return tooMany ?? unpinned
}

/** The horizon passes the oldest window. */
const pass = (state: SymbolState, series: Series, touched: Touched): void => {
  const oldest = series.retainedFrom
  series.retainedFrom += series.lengthMs
  if (touched.includes(oldest, series.retainedFrom)) series.pinned.add(oldest)
  else series.windows.delete(oldest)
  const part = partOf(series, oldest)
  // With nothing pinned a part is written no more, and deleted when its last window has been passed.
  if (!touched.none || series.pinned.size > 0 || partOf(series, series.retainedFrom) !== part)
    trimPart(state, series, part)
}

/** Forgets pinned windows that no gap touches any more: it was filled or given up. */
export const unpinWindows = (state: SymbolState, ledger: Ledger): void => {
  if (state.series.every(series => series.pinned.size === 0)) return
  const touched = createTouched(ledger.gaps)
  for (const series of state.series)
    for (const at of series.pinned) if (!touched.includes(at, at + series.lengthMs)) unpin(state, series, at)
}

const iso = (time: number): string => new Date(time).toISOString()

/** Too many pinned windows of an interval: the oldest quarter of them stays a gap for good. Wider ones still wait. */
const limitPinned = (state: SymbolState, series: Series): Rejection | undefined => {
  if (series.pinned.size <= MAX_PINNED) return undefined
  const inOrder = [...series.pinned].sort((a, b) => a - b)
  const dropped = inOrder.slice(0, MAX_PINNED / 4)
  series.pinnedFrom = inOrder[dropped.length]!
  for (const at of dropped) unpin(state, series, at)
  const detail = `${dropped.length} candles of ${series.interval} from ${iso(dropped[0]!)} on, before ${iso(series.pinnedFrom)}, stay "gap" for good`
  return { reason: 'gap-for-good', detail: `${detail}: more than ${MAX_PINNED} wait for trades that are missing` }
}

/** Too many gaps: the oldest are known no more, but the candles that they touch stay gaps. */
const writeOffGaps = (state: SymbolState, ledger: Ledger): Rejection | undefined => {
  const oldest = writeOffOldest(ledger)
  const [first, last] = [oldest[0], oldest.at(-1)]
  if (!first || !last) return undefined
  for (const gap of oldest) keepMissing(state, gap)
  unpinWindows(state, ledger)
  const detail = `the oldest ${oldest.length} gaps, from trade ${idOfOrdinal(first.fromId)} to ${idOfOrdinal(last.toId)}, stay for good`
  return { reason: 'gap-for-good', detail: `${detail}: more are open than are kept` }
}

/** Enters what is missing into the windows that are kept: the gap itself is known no more. */
const keepMissing = (state: SymbolState, gap: LedgerGap): void => {
  const [from, to] = [Math.min(gap.beforeTime, gap.afterTime), Math.max(gap.beforeTime, gap.afterTime)]
  for (const series of state.series) {
    for (let at = oldestRetained(series, from - (from % series.lengthMs)); at <= to; at += series.lengthMs) {
      if (!isRetained(series, at) || !touches(gap, at, at + series.lengthMs)) continue
      const window = windowAt(series, at)
      // What nobody knows the number of is one at least: the window stays a gap.
      window.missingForGood += Math.max(missingCount(gap), 1)
      markDirty(state, window)
    }
  }
}

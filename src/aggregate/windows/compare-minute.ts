import { isRetained, windowAt } from '../state/series.ts'
import { markDirty, type SymbolState } from '../state/symbol-state.ts'
import type { Window } from '../state/window.ts'
import { isSameTally, replaceIn, tallyOf } from '../unnumbered/tally.ts'
import type { UnnumberedFeed } from '../unnumbered/unnumbered-feed.ts'

/** Compares a closed minute with the exchange's own, and tells every wider window that holds it what has changed. */
export const compareMinute = (state: SymbolState, { minutes }: UnnumberedFeed, window: Window): void => {
  const [before, now] = [window.tally, tallyOf(window, minutes.totals.get(window.openTime))]
  // What the exchange said of a minute that is pinned is known no more once it has been taken in.
  if (now.known < before.known || isSameTally(before, now)) return
  window.tally = now
  markDirty(state, window)
  for (const series of state.series.slice(window.level + 1)) {
    if (!isRetained(series, window.openTime - (window.openTime % series.lengthMs))) continue
    const wider = windowAt(series, window.openTime)
    wider.tally = replaceIn(wider.tally, before, now)
    markDirty(state, wider)
  }
}

import type { Series } from '../state/series.ts'
import { partOf } from '../state/state-parts.ts'
import { type SymbolState, trimPart } from '../state/symbol-state.ts'

/** Forgets a pinned window: nothing can change it any more. */
export const unpin = (state: SymbolState, series: Series, openTime: number): void => {
  series.pinned.delete(openTime)
  series.windows.delete(openTime)
  if (series.recent?.openTime === openTime) series.recent = undefined
  trimPart(state, series, partOf(series, openTime))
}

import type { Candle } from '../../market/records/derived/candle.ts'
import type { Series } from '../state/series.ts'
import type { SymbolState } from '../state/symbol-state.ts'
import { mergeWindow, newWindow, type Window } from '../state/window.ts'
import { openCandle } from './publish.ts'

/** The open candles that have changed since they were last shown. A wide one holds what its open fine ones hold so far. */
export const openCandles = (state: SymbolState): readonly Candle[] => {
  const { ledger } = state
  if (ledger === null) return []
  const candles: Candle[] = []
  let finer: readonly Window[] = []
  for (const series of state.series) {
    finer = openWindows(series, finer, state.now)
    for (const window of finer) {
      if (series.shown.get(window.openTime) === window.count) continue
      series.shown.set(window.openTime, window.count)
      candles.push(openCandle(state, ledger, series, window))
    }
  }
  return candles
}

/** Copies of the series' open windows with the finer open ones added. */
const openWindows = (series: Series, finer: readonly Window[], now: number): readonly Window[] => {
  const totals = new Map<number, Window>()
  const add = (openTime: number, window: Window): void => {
    const total = totals.get(openTime) ?? newWindow(openTime, series.level)
    mergeWindow(total, window)
    totals.set(openTime, total)
  }
  for (let at = series.closedTo; at <= now; at += series.lengthMs) {
    const window = series.windows.get(at)
    if (window && window.count > 0) add(at, window)
  }
  for (const window of finer) add(window.openTime - (window.openTime % series.lengthMs), window)
  for (const total of totals.values()) {
    const window = series.windows.get(total.openTime)
    total.missingForGood = window?.missingForGood ?? 0
    if (window) total.tally = window.tally
  }
  return [...totals.values()]
}

import type { Candle } from '../../market/records/derived/candle.ts'
import type { Rejection } from '../../stream/processor.ts'
import type { Ledger } from '../ledger.ts'
import { closeBefore, hasWindow, isRetained, oldestRetained, type Series, windowAt } from '../state/series.ts'
import { type AggregateOptions, markDirty, type SymbolState, setNextClose } from '../state/symbol-state.ts'
import { mergeWindow } from '../state/window.ts'
import { forgetWindows } from './keep-windows.ts'
import { publish } from './publish.ts'

/** Publishes every window that ends at or before the watermark, finest interval first, so that wider ones are complete when they close. */
export const closeWindows = (
  state: SymbolState,
  ledger: Ledger,
  options: AggregateOptions,
  emit: Candle[]
): Rejection | undefined => {
  for (const series of state.series) {
    const boundary = state.watermark - (state.watermark % series.lengthMs)
    while (series.closedTo < boundary) closeNext(state, ledger, series, emit)
  }
  setNextClose(state)
  return forgetWindows(state, ledger, state.watermark - options.revisionHorizonMs)
}

const closeNext = (state: SymbolState, ledger: Ledger, series: Series, emit: Candle[]): void => {
  const window = windowAt(series, series.closedTo)
  publish(state, ledger, series, window, emit)
  series.lastClose = window.publishedClose
  series.closedTo += series.lengthMs
  series.shown.delete(window.openTime)
  const wider = state.series[series.level + 1]
  if (!wider || (window.count === 0 && !window.backfilled)) return
  const into = windowAt(wider, window.openTime)
  mergeWindow(into, window)
  markDirty(state, into)
}

/** Publishes anew what changed of the closed windows from `from` to `to`, and the empty ones behind them that repeat their close. */
export const reviseWindows = (state: SymbolState, ledger: Ledger, from: number, to: number, emit: Candle[]): void => {
  for (const series of state.series) {
    let at = oldestRetained(series, from - (from % series.lengthMs))
    for (; at <= to && at < series.closedTo; at += series.lengthMs)
      if (isRetained(series, at)) publish(state, ledger, series, windowAt(series, at), emit)
    for (; at < series.closedTo && isRetained(series, at) && repeatsAnotherClose(series, at); at += series.lengthMs)
      publish(state, ledger, series, windowAt(series, at), emit)
    if (hasWindow(series, series.closedTo - series.lengthMs))
      series.lastClose = windowAt(series, series.closedTo - series.lengthMs).publishedClose
  }
}

const repeatsAnotherClose = (series: Series, openTime: number): boolean => {
  const window = windowAt(series, openTime)
  return window.count === 0 && closeBefore(series, openTime) !== window.publishedClose
}

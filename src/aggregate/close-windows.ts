import type { Candle } from '../market/candle.ts'
import { forgetLost, type Ledger } from './ledger.ts'
import { publish } from './publish.ts'
import { closeBefore, hasWindow, type Series, windowAt } from './series.ts'
import { partName, partOf } from './state-parts.ts'
import { type AggregateOptions, markDirty, type SymbolState, setNextClose } from './symbol-state.ts'
import { mergeWindow } from './window.ts'

/** Publishes every window that ends at or before the watermark, finest interval first, so that wider ones are complete when they close. */
export const closeWindows = (state: SymbolState, ledger: Ledger, options: AggregateOptions, emit: Candle[]): void => {
  for (const series of state.series) {
    const boundary = state.watermark - (state.watermark % series.lengthMs)
    while (series.closedTo < boundary) closeNext(state, ledger, series, emit)
  }
  setNextClose(state)
  forget(state, ledger, state.watermark - options.revisionHorizonMs)
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
    let at = Math.max(from - (from % series.lengthMs), series.keptFrom)
    for (; at <= to && at < series.closedTo; at += series.lengthMs)
      publish(state, ledger, series, windowAt(series, at), emit)
    for (; at < series.closedTo && repeatsAnotherClose(series, at); at += series.lengthMs)
      publish(state, ledger, series, windowAt(series, at), emit)
    if (hasWindow(series, series.closedTo - series.lengthMs))
      series.lastClose = windowAt(series, series.closedTo - series.lengthMs).publishedClose
  }
}

const repeatsAnotherClose = (series: Series, openTime: number): boolean => {
  const window = windowAt(series, openTime)
  return window.count === 0 && closeBefore(series, openTime) !== window.publishedClose
}

/** Forgets closed windows that end at or before `time`; those touched by a hole that can still be filled stay. */
const forget = (state: SymbolState, ledger: Ledger, time: number): void => {
  let until = time
  for (const hole of ledger.holes) if (hole.state !== 'lost') until = Math.min(until, hole.touchedFrom)
  for (const series of state.series) {
    while (series.keptFrom < series.closedTo && series.keptFrom + series.lengthMs <= until) forgetOldest(state, series)
  }
  if (ledger.holes.length > 0) forgetLost(ledger, Math.min(...state.series.map(series => series.keptFrom)))
}

const forgetOldest = (state: SymbolState, series: Series): void => {
  const oldest = series.keptFrom
  series.windows.delete(oldest)
  series.keptFrom += series.lengthMs
  const part = partOf(series, oldest)
  if (partOf(series, series.keptFrom) === part) return
  series.stored.delete(part)
  state.forgotten.push(partName(series, part))
}

import type { DeadLetterReason } from '../market/records/dead-letter-reason.ts'
import type { Candle } from '../market/records/derived/candle.ts'
import type { Trade } from '../market/records/feed/trade.ts'
import type { Step } from '../stream/processor.ts'
import { beginEarlier, isRetained, windowAt } from './state/series.ts'
import { markDirty, type SymbolState } from './state/symbol-state.ts'
import { addToWindow } from './state/window.ts'

export type CandleStep = Step<SymbolState, Candle>

export const NOTHING: readonly Candle[] = []

export const reject = (state: SymbolState, reason: DeadLetterReason, detail: string): CandleStep => ({
  state,
  emit: NOTHING,
  reject: { reason, detail }
})

export const tooLate = (state: SymbolState, trade: Trade): CandleStep =>
  reject(
    state,
    'late',
    `trade ${trade.id} of ${new Date(trade.time).toISOString()} came when its windows could no longer be revised`
  )

/** True while the windows of `time` are kept; a series of which nothing was forgotten may still begin earlier. */
export const reachesBack = (state: SymbolState, time: number): boolean => {
  const finest = state.series[0]
  if (finest === undefined || time >= finest.retainedFrom) return true
  return state.series.every(series => beginEarlier(series, time))
}

/**
 * Adds the trade to the finest window, or, where that is closed, to every kept window that has taken it in. True when one was closed.
 * `number`: by which it stands in order; `name`: its id, where that is not the number.
 */
export const addToWindows = (state: SymbolState, trade: Trade, number: number, name: string): boolean => {
  let late = false
  for (const series of state.series) {
    if (!isRetained(series, trade.time - (trade.time % series.lengthMs))) continue
    const window = windowAt(series, trade.time)
    addToWindow(window, trade, number, name)
    if (!window.dirty) markDirty(state, window)
    if (window.openTime >= series.closedTo) return late
    late = true
  }
  return late
}

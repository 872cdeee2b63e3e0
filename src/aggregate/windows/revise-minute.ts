import type { Candle } from '../../market/records/derived/candle.ts'
import type { Ledger } from '../ledger.ts'
import { isRetained, windowAt } from '../state/series.ts'
import type { SymbolState } from '../state/symbol-state.ts'
import { MINUTE_MS } from '../unnumbered/exchange-minutes.ts'
import type { UnnumberedFeed } from '../unnumbered/unnumbered-feed.ts'
import { forgetKnown, unpinWaiting } from './awaiting-exchange.ts'
import { publish } from './publish.ts'

/** Publishes anew what the exchange's own candle of a minute changes of the closed windows that hold it. */
export const reviseMinute = (
  state: SymbolState,
  ledger: Ledger,
  feed: UnnumberedFeed,
  openTime: number,
  emit: Candle[]
): void => {
  for (const series of state.series) {
    if (series.lengthMs < MINUTE_MS) continue
    const at = openTime - (openTime % series.lengthMs)
    if (at < series.closedTo && isRetained(series, at)) publish(state, ledger, series, windowAt(series, at), emit)
  }
  unpinWaiting(state, openTime)
  forgetKnown(state, feed)
}

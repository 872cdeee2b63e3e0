import { type Series, windowAt } from '../state/series.ts'
import type { SymbolState } from '../state/symbol-state.ts'
import { forgetMinutes, MINUTE_MS } from '../unnumbered/exchange-minutes.ts'
import type { UnnumberedFeed } from '../unnumbered/unnumbered-feed.ts'
import { NONE_TOUCHED, type Touched } from './touched-times.ts'
import { unpin } from './unpin.ts'

/** So long a minute waits behind the horizon for the exchange's own: after an outage they come later than the windows close. */
const MAX_WAIT_MS = 86_400_000

const minutesOf = (state: SymbolState): Series | undefined => state.series.find(({ interval }) => interval === '1m')

/** Whether the exchange's own candle of one of its minutes can still change it. */
const awaitsExchange = (series: Series, openTime: number): boolean => {
  const { status, tally } = windowAt(series, openTime)
  return status !== 'partial' && tally.known < series.lengthMs / MINUTE_MS
}

/** What waits of a series where no number proves anything. */
export const awaitingExchange = (state: SymbolState, series: Series): Touched => {
  if (series.lengthMs < MINUTE_MS || minutesOf(state) === undefined) return NONE_TOUCHED
  const limit = state.watermark - MAX_WAIT_MS
  return {
    none: false,
    includes: (openTime, closeTime) => closeTime > limit && awaitsExchange(series, openTime)
  }
}

/** Forgets what has waited for too long. */
export const unpinOld = (state: SymbolState): void => {
  const limit = state.watermark - MAX_WAIT_MS
  for (const series of state.series)
    for (const at of series.pinned) if (at + series.lengthMs <= limit) unpin(state, series, at)
}

/** Forgets the windows behind the horizon that waited for this minute. */
export const unpinWaiting = (state: SymbolState, openTime: number): void => {
  for (const series of state.series) {
    const at = openTime - (openTime % series.lengthMs)
    if (series.pinned.has(at) && !awaitsExchange(series, at)) unpin(state, series, at)
  }
}

/** Forgets the exchange's own minutes of which ours are forgotten. As long as none is, a series may still begin earlier. */
export const forgetKnown = (state: SymbolState, { minutes }: UnnumberedFeed): void => {
  const series = minutesOf(state)
  if (series === undefined || series.retainedFrom === series.begin) return
  forgetMinutes(minutes, openTime => openTime < series.retainedFrom && !series.pinned.has(openTime))
}

import type { Interval } from '../../market/interval.ts'
import { type Ledger, newLedger } from '../ledger.ts'
import { newUnnumberedFeed, type UnnumberedFeed } from '../unnumbered/unnumbered-feed.ts'
import type { StoredGaps } from './gap-parts.ts'
import { newSeries, type Series } from './series.ts'
import { partName } from './state-parts.ts'
import type { Window } from './window.ts'

/** What a symbol's fold carries from record to record. All times are the exchange's, in epoch milliseconds. */
export type SymbolState = {
  readonly exchange: string
  readonly symbol: string
  /** The numbers counted so far, and the windows of every interval, finest first; both begin with the first trade. */
  ledger: Ledger | null
  /** null: a number goes up by one from trade to trade. Where none does, the ledger knows the time of the first trade alone. */
  unnumbered: UnnumberedFeed | null
  series: readonly Series[]
  /** Windows that end at or before it are closed. */
  watermark: number
  /** Time of the newest record, whole or not. */
  now: number
  /** When the finest open window ends: nothing closes before. */
  nextClose: number
  /** Changed since the last commit. */
  readonly dirty: Window[]
  /** State parts with windows that were forgotten since the last commit, by name. */
  readonly trimmed: Map<string, { readonly series: Series; readonly part: number }>
  storedGaps: StoredGaps
}

/** What the candles are built by. */
export type AggregateOptions = {
  /** Finest first; each divides the next. */
  readonly intervals: readonly Interval[]
  readonly gapHoldMs: number
  readonly revisionHorizonMs: number
  /** Whether a number goes up by one from trade to trade of an exchange. Left out: it does for all. */
  readonly hasChain?: (exchange: string) => boolean
}

export const newSymbolState = (
  key: string,
  { hasChain = () => true }: Pick<AggregateOptions, 'hasChain'>
): SymbolState => {
  const colon = key.indexOf(':')
  const exchange = key.slice(0, colon)
  return {
    exchange,
    symbol: key.slice(colon + 1),
    ledger: null,
    unnumbered: hasChain(exchange) ? null : newUnnumberedFeed(),
    series: [],
    watermark: 0,
    now: 0,
    nextClose: Number.POSITIVE_INFINITY,
    dirty: [],
    trimmed: new Map(),
    storedGaps: new Map()
  }
}

/** The first trade: its number begins the ledger, and its windows are the first of their intervals. */
export const beginSymbol = (state: SymbolState, options: AggregateOptions, id: number, time: number): void => {
  state.ledger = newLedger(id, time)
  state.series = options.intervals.map((interval, level) => newSeries(interval, level, time))
  state.watermark = time
  state.now = time
  setNextClose(state)
}

export const setNextClose = (state: SymbolState): void => {
  const finest = state.series[0]
  state.nextClose = finest ? finest.closedTo + finest.lengthMs : Number.POSITIVE_INFINITY
}

/** A window of that part was forgotten: the part becomes smaller, or ends. */
export const trimPart = (state: SymbolState, series: Series, part: number): void => {
  state.trimmed.set(partName(series, part), { series, part })
}

export const markDirty = (state: SymbolState, window: Window): void => {
  if (window.dirty) return
  window.dirty = true
  state.dirty.push(window)
}

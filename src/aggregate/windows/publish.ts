import { epochOfOrdinal, idOfOrdinal, inEpoch } from '../../market/epoch.ts'
import type { Candle, CandleStatus } from '../../market/records/derived/candle.ts'
import { epochMs } from '../../market/time.ts'
import { missingIn, touches } from '../gaps.ts'
import type { Ledger } from '../ledger.ts'
import { markDirty, type SymbolState } from '../state/symbol-state.ts'
import { closeBefore, isKept, type Series, windowAt } from './series.ts'
import type { Window } from './window.ts'

/** What a window claims to be, and how many ids are missing in the holes that touch it. */
type Standing = { readonly status: CandleStatus; readonly missing: number }

const TRADED: Standing = { status: 'traded', missing: 0 }
const BACKFILLED: Standing = { status: 'backfilled', missing: 0 }
const EMPTY: Standing = { status: 'empty', missing: 0 }
const PARTIAL: Standing = { status: 'partial', missing: 0 }

const standingOf = (ledger: Ledger, series: Series, window: Window): Standing => {
  const closeTime = window.openTime + series.lengthMs
  if (ledger.firstTime >= window.openTime && ledger.firstTime < closeTime) return PARTIAL
  let missing = window.missingForGood
  let isTouched = missing > 0
  for (const hole of ledger.holes) {
    if (!touches(hole, window.openTime, closeTime)) continue
    isTouched = true
    missing += missingIn(hole)
  }
  if (isTouched) return { status: 'gap', missing }
  if (window.count === 0) return EMPTY
  return window.backfilled ? BACKFILLED : TRADED
}

/** The candle of a window; one without trades repeats `previousClose`. */
const toCandle = (
  state: SymbolState,
  series: Series,
  window: Window,
  standing: Standing,
  previousClose: string,
  final: boolean
): Candle => {
  const traded = window.count > 0
  return {
    exchange: state.exchange,
    symbol: state.symbol,
    interval: series.interval,
    openTime: epochMs(window.openTime),
    closeTime: epochMs(window.openTime + series.lengthMs),
    open: traded ? window.first.price : previousClose,
    high: traded ? window.high : previousClose,
    low: traded ? window.low : previousClose,
    close: traded ? window.last.price : previousClose,
    volume: window.volume.toString(),
    quoteVolume: window.quoteVolume.toString(),
    tradeCount: window.count,
    takerBuyVolume: window.takerVolume.toString(),
    takerBuyQuoteVolume: window.takerQuote.toString(),
    firstTradeId: traded ? String(idOfOrdinal(window.lowestId)) : null,
    lastTradeId: traded ? String(idOfOrdinal(window.highestId)) : null,
    revision: Math.max(window.revision, 0),
    final,
    status: standing.status,
    ...(standing.status === 'gap' ? { missing: standing.missing } : {}),
    ...(traded ? inEpoch(epochOfOrdinal(window.highestId)) : {})
  }
}

/** A window still open, as a watcher may see it now. */
export const openCandle = (state: SymbolState, ledger: Ledger, series: Series, window: Window): Candle =>
  toCandle(state, series, window, standingOf(ledger, series, window), series.lastClose, false)

/** A gap that is whole now came about by waiting, in every wider window too, as far as it has been told of it. */
const rememberBackfill = (state: SymbolState, window: Window): void => {
  for (const series of state.series.slice(window.level)) {
    if (!isKept(series, window.openTime - (window.openTime % series.lengthMs))) continue
    const wider = windowAt(series, window.openTime)
    wider.backfilled = true
    markDirty(state, wider)
    if (wider.openTime >= series.closedTo) return
  }
}

/** Publishes a closed window when it differs from what was last published of it. */
export const publish = (state: SymbolState, ledger: Ledger, series: Series, window: Window, emit: Candle[]): void => {
  let standing = standingOf(ledger, series, window)
  if (standing === TRADED && window.status === 'gap') {
    rememberBackfill(state, window)
    standing = BACKFILLED
  }
  const previousClose = window.count > 0 ? '' : closeBefore(series, window.openTime) || window.publishedClose
  const close = window.count > 0 ? window.last.price : previousClose
  const same =
    !window.changed &&
    standing.status === window.status &&
    standing.missing === window.missing &&
    close === window.publishedClose
  if (window.revision >= 0 && same) return
  window.revision++
  window.status = standing.status
  window.missing = standing.missing
  window.publishedClose = close
  window.changed = false
  markDirty(state, window)
  emit.push(toCandle(state, series, window, standing, previousClose, true))
}

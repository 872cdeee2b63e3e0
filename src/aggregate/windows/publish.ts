import { epochOfOrdinal, idOfOrdinal, inEpoch } from '../../market/epoch.ts'
import type { Candle, Witness } from '../../market/records/derived/candle.ts'
import { epochMs } from '../../market/time.ts'
import type { Ledger } from '../ledger.ts'
import { closeBefore, isRetained, type Series, windowAt } from '../state/series.ts'
import { markDirty, type SymbolState } from '../state/symbol-state.ts'
import type { Window } from '../state/window.ts'
import { compareMinute } from './compare-minute.ts'
import { BACKFILLED, type Standing, standingOf, TRADED } from './standing.ts'

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
    ...idsOf(window),
    revision: Math.max(window.revision, 0),
    final,
    status: standing.status,
    ...detailOf(state, standing),
    ...(window.prints > 0 ? { printCount: window.prints } : {}),
    ...sequencesOf(state, window),
    ...(traded && state.unnumbered === null ? inEpoch(epochOfOrdinal(window.highestId)) : {})
  }
}

type Ids = Pick<Candle, 'firstTradeId' | 'lastTradeId'>
type Sequences = Pick<Candle, 'firstSequence' | 'lastSequence'>

const NO_IDS: Ids = { firstTradeId: null, lastTradeId: null }

const first = ({ lowestId }: Window): string => String(idOfOrdinal(lowestId))
const last = ({ highestId }: Window): string => String(idOfOrdinal(highestId))

/** Of the lowest and the highest number, which are the ids, or stand beside them; where there are none, of time and arrival. */
const idsOf = (window: Window): Ids => {
  if (window.count === 0) return NO_IDS
  const { lowestName, highestName } = window
  return lowestName === ''
    ? { firstTradeId: first(window), lastTradeId: last(window) }
    : { firstTradeId: lowestName, lastTradeId: highestName }
}

const sequencesOf = ({ unnumbered }: SymbolState, window: Window): Sequences =>
  unnumbered !== null || window.lowestName === '' ? {} : { firstSequence: first(window), lastSequence: last(window) }

const detailOf = (
  { unnumbered }: SymbolState,
  { status, missing, detail }: Standing
): Pick<Candle, 'missing' | 'matchedBy' | 'missingVolume'> => {
  if (status === 'matched') return { matchedBy: detail.split(',') as Witness[] }
  if (status !== 'gap') return {}
  return unnumbered === null ? { missing } : { missingVolume: detail }
}

/** A window still open, as a watcher may see it now. */
export const openCandle = (state: SymbolState, ledger: Ledger, series: Series, window: Window): Candle =>
  toCandle(state, series, window, standingOf(state, ledger, series, window), series.lastClose, false)

/** A gap that is whole now came about by waiting, in every wider window too, as far as it knows of it. */
const rememberBackfill = (state: SymbolState, window: Window): void => {
  for (const series of state.series.slice(window.level)) {
    if (!isRetained(series, window.openTime - (window.openTime % series.lengthMs))) continue
    const wider = windowAt(series, window.openTime)
    wider.backfilled = true
    markDirty(state, wider)
    if (wider.openTime >= series.closedTo) return
  }
}

/** Publishes a closed window when it differs from what was last published of it. */
export const publish = (state: SymbolState, ledger: Ledger, series: Series, window: Window, emit: Candle[]): void => {
  if (state.unnumbered !== null && series.interval === '1m') compareMinute(state, state.unnumbered, window)
  let standing = standingOf(state, ledger, series, window)
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
    standing.detail === window.detail &&
    close === window.publishedClose
  if (window.revision >= 0 && same) return
  window.revision++
  window.status = standing.status
  window.missing = standing.missing
  window.detail = standing.detail
  window.publishedClose = close
  window.changed = false
  markDirty(state, window)
  emit.push(toCandle(state, series, window, standing, previousClose, true))
}

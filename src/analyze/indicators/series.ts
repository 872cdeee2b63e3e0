import type { Instrument } from '../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../market/interval.ts'
import type { IndicatorFigures } from '../../market/records/derived/indicators.ts'
import type { AnyCandle } from '../../market/records/feed/exchange-kline.ts'
import type { CandleFigures } from '../candle-figures.ts'
import type { ProvisionalEnd } from '../provisional.ts'
import { type Folded, foldsOf, NO_WINDOW, type RevisableWindow, type WindowRules } from '../revisable-window.ts'
import { type AllStates, allIndicators } from './all-indicators.ts'

/** A final candle, how often its indicators were published anew, and whether it is the exchange's own. */
export type Row = CandleFigures & { readonly revision: number; readonly isFromExchange: boolean }

/** The indicators of one instrument and interval. */
export type Series = Instrument & {
  readonly interval: Interval
  readonly rules: WindowRules<AllStates, Row, IndicatorFigures>
  window: RevisableWindow<AllStates, Row>
  /** After the newest final candle; follows from the window. */
  tip: Folded<AllStates> | null
  provisionalEnd: ProvisionalEnd
  /** The candle that forms behind it, until it has been shown. */
  open: AnyCandle | null
  /** True when the window has changed since the last commit. */
  changed: boolean
}

/** Candles within which a revision is followed; the figures of older ones stay as they are. */
const RETAINED_CANDLES = 60

export const newSeries = ({ exchange, symbol }: Instrument, interval: Interval): Series => {
  const lengthMs = INTERVAL_MS[interval]
  const rules = {
    indicator: allIndicators,
    openTime: (row: Row) => row.openTime,
    lengthMs,
    retainedMs: RETAINED_CANDLES * lengthMs
  }
  return {
    exchange,
    symbol,
    interval,
    rules,
    window: NO_WINDOW,
    tip: null,
    provisionalEnd: null,
    open: null,
    changed: false
  }
}

/** Sets the window, and what follows from it. */
export const setWindow = (series: Series, window: Series['window']): void => {
  series.window = window
  series.tip = foldsOf(series.rules, window).at(-1) ?? window.base
}

import type { Instrument } from '../../market/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../market/interval.ts'
import type { IndicatorFigures } from '../../market/records/derived/indicators.ts'
import type { AnyCandle } from '../../market/records/feed/exchange-kline.ts'
import type { CandleFigures } from '../candle-figures.ts'
import type { StandInEnd } from '../stand-in.ts'
import { type Folded, foldsOf, NO_TRAIL, type Trail, type TrailRules } from '../trail.ts'
import { type AllStates, allIndicators } from './all-indicators.ts'

/** A final candle, how often its indicators were published anew, and whether it is the exchange's own. */
export type Row = CandleFigures & { readonly revision: number; readonly theirs: boolean }

/** The indicators of one instrument and interval. */
export type Series = Instrument & {
  readonly interval: Interval
  readonly rules: TrailRules<AllStates, Row, IndicatorFigures>
  trail: Trail<AllStates, Row>
  /** After the newest final candle; follows from the trail. */
  tip: Folded<AllStates> | null
  standInEnd: StandInEnd
  /** The candle that forms behind it, until it has been shown. */
  open: AnyCandle | null
  /** True when the trail has changed since the last commit. */
  changed: boolean
}

/** Candles within which a revision is followed; the figures of older ones stay as they are. */
const KEPT_CANDLES = 60

export const newSeries = ({ exchange, symbol }: Instrument, interval: Interval): Series => {
  const lengthMs = INTERVAL_MS[interval]
  const rules = {
    indicator: allIndicators,
    openTime: (row: Row) => row.openTime,
    lengthMs,
    keptMs: KEPT_CANDLES * lengthMs
  }
  return { exchange, symbol, interval, rules, trail: NO_TRAIL, tip: null, standInEnd: null, open: null, changed: false }
}

/** Sets the trail, and what follows from it. */
export const setTrail = (series: Series, trail: Series['trail']): void => {
  series.trail = trail
  series.tip = foldsOf(series.rules, trail).at(-1) ?? trail.base
}

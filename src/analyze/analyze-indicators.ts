import { instrumentKey } from '../market/instrument.ts'
import { type Interval, MINUTES_AND_UP } from '../market/interval.ts'
import type { Indicators } from '../market/records/derived/indicators.ts'
import type { AnyCandle } from '../market/records/feed/exchange-kline.ts'
import { outgoing } from '../stream/topic.ts'
import { source, type Topology } from '../stream/topology.ts'
import { candles, indicators } from '../topics.ts'
import { foldCandle, openIndicators } from './indicators/fold-candle.ts'
import {
  type IndicatorsState,
  indicatorsStateCodec,
  newIndicatorsState,
  seriesOf
} from './indicators/indicators-state.ts'
import { klineSource } from './provisional.ts'

/**
 * ohlcv_* of these intervals → indicators; before our first 1m candle the exchange's own stand in, so that figures are warm at once. Finals and their revisions are repeated by a replay; figures of open candles are for
 * watching.
 */
export const analyzeIndicators = (
  intervals: readonly Interval[] = MINUTES_AND_UP
): Topology<IndicatorsState, AnyCandle, Indicators> => ({
  name: 'analyze-indicators',
  from: [...intervals.map(interval => source(candles[interval])), ...(intervals.includes('1m') ? [klineSource] : [])],
  key: instrumentKey,
  time: candle => (candle.final ? candle.closeTime : candle.openTime),
  processor: {
    init: newIndicatorsState,
    step: (state, candle) => ({ state, emit: foldCandle(seriesOf(state, candle.interval), candle) }),
    current: ({ series }) => [...series.values()].flatMap(openIndicators)
  },
  route: out => outgoing(indicators, out),
  state: indicatorsStateCodec
})

import { instrumentKey } from '../market/instrument.ts'
import type { Candle } from '../market/records/derived/candle.ts'
import type { Tick } from '../market/records/feed/trade.ts'
import { outgoing } from '../stream/topic.ts'
import { source, type Topology } from '../stream/topology.ts'
import { candles, rawTicks } from '../topics.ts'
import { foldTick } from './fold-ticks.ts'
import { symbolStateCodec } from './state/state-codec.ts'
import { type AggregateOptions, newSymbolState, type SymbolState } from './state/symbol-state.ts'
import { openCandles } from './windows/open-candles.ts'

/** raw_ticks → ohlcv_*: all intervals of a symbol in one fold. */
export const aggregate = (options: AggregateOptions): Topology<SymbolState, Tick, Candle> => ({
  name: 'aggregate',
  from: [source(rawTicks)],
  key: instrumentKey,
  processor: { init: newSymbolState, step: foldTick(options), current: openCandles },
  route: candle => outgoing(candles[candle.interval], candle),
  state: symbolStateCodec(options)
})

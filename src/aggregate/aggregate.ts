import { instrumentKey } from '../market/instrument.ts'
import type { Candle } from '../market/records/derived/candle.ts'
import type { ExchangeKline } from '../market/records/feed/exchange-kline.ts'
import type { Tick } from '../market/records/feed/trade.ts'
import type { EpochMs } from '../market/time.ts'
import { decodeRecord, outgoing } from '../stream/topic.ts'
import { type Source, source, type Topology } from '../stream/topology.ts'
import { candles, exchangeKlines, rawTicks } from '../topics.ts'
import { foldTick } from './fold-ticks.ts'
import { foldKline } from './fold-unnumbered.ts'
import { symbolStateCodec } from './state/state-codec.ts'
import { type AggregateOptions, newSymbolState, type SymbolState } from './state/symbol-state.ts'
import { openCandles } from './windows/open-candles.ts'

/** The exchange's own candle of a minute, among the records of `raw_ticks`. */
export type MinuteKline = ExchangeKline & { readonly kind: 'kline' }

type Input = Tick | MinuteKline

const isKline = (input: Input): input is MinuteKline => 'kind' in input && input.kind === 'kline'

/** Only where no number proves a feed whole. */
const klineSource = ({ hasChain = () => true }: AggregateOptions): Source<Input> => ({
  name: exchangeKlines.name,
  decode: (bytes, { timestamp }) => {
    const kline = decodeRecord(exchangeKlines, bytes, Number(timestamp))
    return hasChain(kline.exchange) ? null : { kind: 'kline', ...kline }
  },
  isAside: true,
  partitionedBy: instrumentKey
})

/** A candle is known when it closes. */
const knownAt = (input: Input): EpochMs => (isKline(input) ? input.closeTime : input.time)

const step = (options: AggregateOptions): Topology<SymbolState, Input, Candle>['processor']['step'] => {
  const foldOne = foldTick(options)
  return (state, input) => (isKline(input) ? foldKline(state, input) : foldOne(state, input))
}

/** raw_ticks, exchange_klines → ohlcv_*: all intervals of a symbol in one fold. */
export const aggregate = (options: AggregateOptions): Topology<SymbolState, Input, Candle> => ({
  name: 'aggregate',
  from: [source(rawTicks), klineSource(options)],
  key: instrumentKey,
  time: knownAt,
  processor: { init: key => newSymbolState(key, options), step: step(options), current: openCandles },
  route: candle => outgoing(candles[candle.interval], candle),
  state: symbolStateCodec(options)
})

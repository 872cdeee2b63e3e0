import { instrumentKey } from '../market/instrument.ts'
import type { Kpi } from '../market/records/derived/kpi.ts'
import type { EpochMs } from '../market/time.ts'
import { outgoing } from '../stream/topic.ts'
import { type Source, source, type Topology } from '../stream/topology.ts'
import { candles, kpis, rawBooks, rawTickers } from '../topics.ts'
import { foldQuote, type KpiOptions, type Quote } from './kpi/fold-quotes.ts'
import { type KpiState, kpiStateCodec, newKpiState } from './kpi/kpi-state.ts'
import { klineSource } from './stand-in.ts'

const input = <T>({ name, decode }: Source<T>, quote: (of: T) => Quote): Source<Quote> => ({
  name,
  decode: (bytes, label) => {
    const record = decode(bytes, label)
    return record === null ? null : quote(record)
  },
  placedBy: ({ of }) => instrumentKey(of)
})

/** A final candle is known when it closes; an open one may come at any time from its beginning on. */
const knownAt = (quote: Quote): EpochMs => {
  if (quote.kind !== 'candle') return quote.of.time
  return quote.of.final ? quote.of.closeTime : quote.of.openTime
}

/** raw_tickers, raw_books, ohlcv_1m → kpi; before our first 1m candle the exchange's own stand in. */
export const analyzeKpi = (options: KpiOptions): Topology<KpiState, Quote, Kpi> => ({
  name: 'analyze-kpi',
  from: [
    input(source(rawTickers), of => ({ kind: 'ticker', of })),
    input(source(rawBooks), of => ({ kind: 'book', of })),
    input(source(candles['1m']), of => ({ kind: 'candle', of })),
    input(klineSource, of => ({ kind: 'candle', of }))
  ],
  key: ({ of }) => instrumentKey(of),
  time: knownAt,
  processor: { init: newKpiState, step: foldQuote(options) },
  route: kpi => outgoing(kpis, kpi),
  state: kpiStateCodec
})

import { instrumentKey } from '../market/instrument.ts'
import type { Kpi } from '../market/records/derived/kpi.ts'
import type { EpochMs } from '../market/time.ts'
import { outgoing } from '../stream/topic.ts'
import { type Source, source, type Topology } from '../stream/topology.ts'
import { candles, kpis, rawBooks, rawTickers } from '../topics.ts'
import { foldQuote, type KpiOptions, type Quote } from './kpi/fold-quotes.ts'
import { type KpiState, kpiStateCodec, newKpiState } from './kpi/kpi-state.ts'
import { klineSource } from './provisional.ts'

const input = <T>({ name, decode }: Source<T>, quote: (record: T) => Quote): Source<Quote> => ({
  name,
  decode: (bytes, label) => {
    const record = decode(bytes, label)
    return record === null ? null : quote(record)
  },
  partitionedBy: ({ record }) => instrumentKey(record)
})

/** A final candle is known when it closes; an open one may come at any time from its beginning on. */
const knownAt = (quote: Quote): EpochMs => {
  if (quote.kind !== 'candle') return quote.record.time
  return quote.record.final ? quote.record.closeTime : quote.record.openTime
}

/** raw_tickers, raw_books, ohlcv_1m → kpi; before our first 1m candle the exchange's own stand in. */
export const analyzeKpi = (options: KpiOptions): Topology<KpiState, Quote, Kpi> => ({
  name: 'analyze-kpi',
  from: [
    input(source(rawTickers), ticker => ({ kind: 'ticker', record: ticker })),
    input(source(rawBooks), book => ({ kind: 'book', record: book })),
    input(source(candles['1m']), candle => ({ kind: 'candle', record: candle })),
    input(klineSource, candle => ({ kind: 'candle', record: candle }))
  ],
  key: ({ record }) => instrumentKey(record),
  time: knownAt,
  processor: { init: newKpiState, step: foldQuote(options) },
  route: kpi => outgoing(kpis, kpi),
  state: kpiStateCodec
})

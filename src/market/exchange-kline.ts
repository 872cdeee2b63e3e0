import type { Candle } from './candle.ts'
import type { Interval } from './interval.ts'

/** A closed candle, of 1m where nothing else is said, as the exchange itself computes it; it names no trade ids. Money is canonical decimal text. */
export type ExchangeKline<I extends Interval = '1m'> = Pick<
  Candle,
  | 'exchange'
  | 'symbol'
  | 'openTime'
  | 'closeTime'
  | 'open'
  | 'high'
  | 'low'
  | 'close'
  | 'volume'
  | 'quoteVolume'
  | 'tradeCount'
  | 'takerBuyVolume'
  | 'takerBuyQuoteVolume'
> & { readonly interval: I }

/** The exchange's candle beside ours: of revision -1, so that any of ours replaces it. */
export const klineCandle = (kline: ExchangeKline): Candle => ({
  ...kline,
  firstTradeId: null,
  lastTradeId: null,
  revision: -1,
  final: true,
  status: 'exchange'
})

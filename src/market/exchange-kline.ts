import type { Candle } from './candle.ts'

/** A closed 1m candle as the exchange itself computes it; it names no trade ids. Money is canonical decimal text. */
export type ExchangeKline = Pick<
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
> & { readonly interval: '1m' }

/** The exchange's candle beside ours: of revision -1, so that any of ours replaces it. */
export const klineCandle = (kline: ExchangeKline): Candle => ({
  ...kline,
  firstTradeId: null,
  lastTradeId: null,
  revision: -1,
  final: true,
  status: 'exchange'
})

import type { Interval } from '../../interval.ts'
import type { EpochMs } from '../../time.ts'
import type { Candle } from '../derived/candle.ts'

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

/** A candle of the exchange that is none: it ends early, begins off the grid, stands twice in two ways, or a figure of it cannot be. */
export type OddKline = {
  /** As it says itself; null where that is no time. */
  readonly openTime: EpochMs | null
  /** What is odd about it. */
  readonly detail: string
  /** As the exchange sent it. */
  readonly row: unknown
}

/** A page of the exchange's history: its candles, oldest first, and the odd ones, which are set aside so that the others count. */
export type KlinePage<I extends Interval = '1m'> = {
  readonly klines: readonly ExchangeKline<I>[]
  readonly odd: readonly OddKline[]
}

/** The exchange's candle beside ours: of revision -1, so that any of ours replaces it. */
export const klineCandle = (kline: ExchangeKline): Candle => ({
  ...kline,
  firstTradeId: null,
  lastTradeId: null,
  revision: -1,
  final: true,
  status: 'exchange'
})

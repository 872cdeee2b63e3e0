import type { Instrument } from '../../instrument.ts'

/** How one instrument's feed stands. Times in epoch milliseconds; null while nothing is known. */
export type FeedStatus = Instrument & {
  /** The word of the exchange's own list; null: the list does not hold it, or nobody has asked yet. */
  readonly exchangeStatus: string | null
  /** When the exchange was asked for it. */
  readonly exchangeStatusAt: number | null
  /** When the newest candle with trades opened. */
  readonly lastTradeTime: number | null
  /** Up to there every candle is final. */
  readonly watermark: number | null
  /** Up to there no candle lacks a trade. */
  readonly wholeTo: number | null
  readonly contiguousToId: string | null
  /** Since when the exchange may count its trades anew, and nothing is vouched for; null: it does not. */
  readonly idsDoubtedSince: number | null
  /** How old the newest data is. */
  readonly dataAgeMs: number | null
  readonly gapsOpen: number
  readonly gapsFilled: number
  readonly gapsUnrecoverable: number
  /** In holes that are open, or were lost for good. */
  readonly missingTrades: number
  /** 1m candles that were changed after their first final, since the gateway watches. */
  readonly revisedCandles: number
  /** Every 1m candle that could be compared, up to there, is the exchange's own. */
  readonly verifiedTo: number | null
  /** 1m candles that differ from the exchange's. */
  readonly differing: number
}

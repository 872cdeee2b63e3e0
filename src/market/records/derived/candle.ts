import type { InEpoch } from '../../epoch.ts'
import type { Interval } from '../../interval.ts'
import type { EpochMs } from '../../time.ts'

/** How a candle came about; a wider candle takes the first of these that holds for any part of it. */
export const CANDLE_STATUSES = ['partial', 'gap', 'backfilled', 'traded', 'empty', 'unproven', 'exchange'] as const

export type CandleStatus = (typeof CANDLE_STATUSES)[number]

/** OHLCV of one window `[openTime, closeTime)` and the trade ids it was built from. Money is canonical decimal text. */
export type Candle = InEpoch & {
  readonly exchange: string
  readonly symbol: string
  readonly interval: Interval
  readonly openTime: EpochMs
  readonly closeTime: EpochMs
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  /** In base currency. */
  readonly volume: string
  /** In quote currency. */
  readonly quoteVolume: string
  readonly tradeCount: number
  readonly takerBuyVolume: string
  readonly takerBuyQuoteVolume: string
  readonly firstTradeId: string | null
  readonly lastTradeId: string | null
  /** 0 until and including the first final; one higher for each change after that. */
  readonly revision: number
  readonly final: boolean
  readonly status: CandleStatus
  /** With status `gap` only: how many ids are missing in all holes that touch the window. */
  readonly missing?: number
}

import type { EpochMs } from '../../time.ts'

/** An exchange's own rolling 24 h statistics of one instrument. Money is canonical decimal text. */
export type Ticker = {
  readonly exchange: string
  readonly symbol: string
  /** When the exchange made it. */
  readonly time: EpochMs
  readonly receivedAt: EpochMs
  readonly open: string
  readonly high: string
  readonly low: string
  /** The last price. */
  readonly close: string
  /** Best bid and ask; null while a side has no order. */
  readonly bid: string | null
  readonly ask: string | null
  readonly baseVolume: string
  readonly quoteVolume: string
  readonly tradeCount: number
}

import type { EpochMs } from '../../time.ts'

/** What our candle and the exchange's are compared by. */
export const VERIFIED_FIELDS = [
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quoteVolume',
  'tradeCount',
  'takerBuyVolume',
  'takerBuyQuoteVolume'
] as const

/**
 * `incomplete`: ours is `partial` or `gap`, so it need not agree.
 * `unmatched`: one side did not come within a day; our revision is then -1 where it is ours that is missing.
 */
export const VERIFICATION_RESULTS = ['equal', 'different', 'incomplete', 'unmatched'] as const

/** A figure that differs, in canonical decimals. */
export type Difference = {
  readonly field: (typeof VERIFIED_FIELDS)[number]
  readonly ours: string
  readonly theirs: string
}

/** Whether our final candle of a window is the one that the exchange published; made again for each of our revisions. */
export type Verification = {
  readonly exchange: string
  readonly symbol: string
  readonly interval: '1m'
  readonly openTime: EpochMs
  /** When the window had ended. */
  readonly time: EpochMs
  readonly result: (typeof VERIFICATION_RESULTS)[number]
  /** Ours, of which it says so. */
  readonly revision: number
  readonly differences: readonly Difference[]
  /** Every complete window of the last day that was compared, up to this end, is equal; null before the first. */
  readonly verifiedTo: EpochMs | null
}

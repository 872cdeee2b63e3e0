import type { EpochMs } from '../../time.ts'
import { decimal, INSTRUMENT, nullable, OPEN_TIME, type RecordTable, records, time, whole, word } from '../fields.ts'

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
const VERIFICATION_RESULTS = ['equal', 'different', 'incomplete', 'unmatched'] as const

/** A figure that differs, in canonical decimals. */
export type Difference = {
  readonly field: (typeof VERIFIED_FIELDS)[number]
  readonly ours: string
  readonly theirs: string
}

const DIFFERENCE: RecordTable<Difference> = {
  name: 'Difference',
  doc: 'A figure that differs',
  fields: {
    field: word(VERIFIED_FIELDS, 'which field of the candle'),
    ours: decimal('what our candle says'),
    theirs: decimal('what the exchange’s candle says')
  }
}

/** Whether our final candle of a window is the one that the exchange published; made again for each of our revisions. */
export type Verification = {
  readonly exchange: string
  readonly symbol: string
  readonly interval: '1m'
  readonly openTime: EpochMs
  readonly time: EpochMs
  readonly result: (typeof VERIFICATION_RESULTS)[number]
  readonly revision: number
  readonly differences: readonly Difference[]
  readonly verifiedTo: EpochMs | null
}

export const VERIFICATION: RecordTable<Verification> = {
  name: 'Verification',
  doc: 'Whether our final candle of a window is the one that the exchange published',
  fields: {
    ...INSTRUMENT,
    interval: word(['1m'], 'always 1m'),
    openTime: OPEN_TIME,
    time: time('when the window had ended'),
    result: word(
      VERIFICATION_RESULTS,
      'incomplete: ours is partial or gap, and need not agree; unmatched: one side did not come within a day'
    ),
    revision: whole('revision of our candle; -1: it is ours that is missing'),
    differences: records(DIFFERENCE, 'the figures that differ'),
    verifiedTo: nullable(
      time('every complete window of the last day that was compared, up to then, is equal'),
      'none was compared yet'
    )
  }
}

import type { Candle, CandleStatus } from '../../market/records/derived/candle.ts'
import { type Difference, VERIFIED_FIELDS } from '../../market/records/derived/verification.ts'

/** What is compared of a candle, in canonical decimals, in the order of `VERIFIED_FIELDS`. */
export type Compared = readonly string[]

/** The statuses of candles that need not agree. */
const INCOMPLETE: readonly CandleStatus[] = ['partial', 'gap']

/** False for a candle of ours that is known to lack trades: it need not agree. */
export const isComplete = ({ status }: Pick<Candle, 'status'>): boolean => !INCOMPLETE.includes(status)

export const figuresOf = (candle: Pick<Candle, (typeof VERIFIED_FIELDS)[number]>): Compared =>
  VERIFIED_FIELDS.map(field => String(candle[field]))

/** The fields in which ours and theirs are not the same. */
export const differencesOf = (ours: Compared, theirs: Compared): readonly Difference[] =>
  VERIFIED_FIELDS.map((field, at) => ({ field, ours: ours[at] ?? '', theirs: theirs[at] ?? '' })).filter(
    one => one.ours !== one.theirs
  )

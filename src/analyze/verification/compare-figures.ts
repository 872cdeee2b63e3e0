import type { Candle, CandleStatus } from '../../market/records/derived/candle.ts'
import { type Difference, VERIFIED_FIELDS } from '../../market/records/derived/verification.ts'

/** What is compared of a candle, in canonical decimals, in the order of `VERIFIED_FIELDS`; null: the exchange does not give it. */
export type Compared = readonly (string | null)[]

/** The statuses of candles that need not agree. */
const INCOMPLETE: readonly CandleStatus[] = ['partial', 'gap']

/** False for a candle of ours that is known to lack trades: it need not agree. */
export const isComplete = ({ status }: Pick<Candle, 'status'>): boolean => !INCOMPLETE.includes(status)

/** An exchange that aggregates prints counts those. */
const countOf = ({ printCount, tradeCount }: Countable): number | null => printCount ?? tradeCount

type Countable = { readonly printCount?: number; readonly tradeCount: number | null }

type Comparable = Countable & { readonly [Field in (typeof VERIFIED_FIELDS)[number]]: Candle[Field] | null }

/** `incomparable`: fields that the exchange makes by a rule of its own; they are left out, as what it does not tell. */
export const figuresOf = (candle: Comparable, incomparable: readonly string[] = []): Compared =>
  VERIFIED_FIELDS.map(field => {
    const value = field === 'tradeCount' ? countOf(candle) : candle[field]
    return value === null || incomparable.includes(field) ? null : String(value)
  })

/** The fields in which ours and theirs are not the same; what one of them does not have is not compared. */
export const differencesOf = (computed: Compared, reference: Compared): readonly Difference[] =>
  VERIFIED_FIELDS.flatMap((field, at) => {
    const [own, due] = [computed[at] ?? null, reference[at] ?? null]
    return own === null || due === null || own === due ? [] : [{ field, ours: own, theirs: due }]
  })

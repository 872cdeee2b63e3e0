import { compareDecimals, DecimalSum, subtractDecimals } from '../../market/decimal.ts'
import { WITNESSES, type Witness } from '../../market/records/derived/candle.ts'
import type { ExchangeTotals } from './exchange-minutes.ts'

/**
 * What the exchange's own minutes say of a window's, summed up: the minutes themselves are forgotten long before the window of a day closes.
 */
export type Tally = {
  /** Of so many minutes the exchange's own is known. */
  readonly known: number
  /** So many are equal to it. */
  readonly matched: number
  /** Of these the number of trades, and the quote volume, are equal as well as the volume. */
  readonly byCount: number
  readonly byQuoteVolume: number
  /** So many have less volume. */
  readonly gaps: number
  /** By so much together. */
  readonly missing: string
}

export const NO_TALLY: Tally = { known: 0, matched: 0, byCount: 0, byQuoteVolume: 0, gaps: 0, missing: '0' }

/** What our minute adds up to. */
type Sums = {
  readonly count: number
  readonly volume: { toString(): string }
  readonly quoteVolume: { toString(): string }
}

/**
 * Compares our minute with the exchange's own: equal in all that it gives, or smaller in volume. Anything else proves nothing: ours has more
 * volume when the exchange does not count all that it sends, and an equal volume in other trades says that one of both is wrong.
 */
export const tallyOf = (computed: Sums, reference: ExchangeTotals | undefined): Tally => {
  if (reference === undefined) return NO_TALLY
  const volume = String(computed.volume)
  const order = compareDecimals(volume, reference.volume)
  if (order < 0) return { ...NO_TALLY, known: 1, gaps: 1, missing: subtractDecimals(reference.volume, volume) }
  const isCountEqual = reference.count === null || reference.count === computed.count
  const isQuoteEqual = reference.quoteVolume === null || reference.quoteVolume === String(computed.quoteVolume)
  if (order > 0 || !isCountEqual || !isQuoteEqual) return { ...NO_TALLY, known: 1 }
  return {
    ...NO_TALLY,
    known: 1,
    matched: 1,
    byCount: reference.count === null ? 0 : 1,
    byQuoteVolume: reference.quoteVolume === null ? 0 : 1
  }
}

export const isSameTally = (a: Tally, b: Tally): boolean => writeTally(a) === writeTally(b)

const plus = (a: string, b: string): string => {
  const sum = DecimalSum.from(a)
  sum.addText(b)
  return String(sum)
}

/** A wider window's, once the tally of one of its minutes is another one. */
export const replaceIn = (total: Tally, before: Tally, now: Tally): Tally => ({
  known: total.known - before.known + now.known,
  matched: total.matched - before.matched + now.matched,
  byCount: total.byCount - before.byCount + now.byCount,
  byQuoteVolume: total.byQuoteVolume - before.byQuoteVolume + now.byQuoteVolume,
  gaps: total.gaps - before.gaps + now.gaps,
  missing: plus(subtractDecimals(total.missing, before.missing), now.missing)
})

/** By which totals all of so many minutes are equal to the exchange's own; null where not all of them are. */
export const matchedBy = ({ matched, byCount, byQuoteVolume }: Tally, minutes: number): readonly Witness[] | null => {
  if (matched < minutes) return null
  const isBy = { count: byCount === minutes, volume: true, quoteVolume: byQuoteVolume === minutes }
  return WITNESSES.filter(witness => isBy[witness])
}

/** As text without a bracket, for the row of its window. */
export const writeTally = (tally: Tally): string =>
  [tally.known, tally.matched, tally.byCount, tally.byQuoteVolume, tally.gaps, tally.missing].join(' ')

export const readTally = (text: string): Tally => {
  const [known = 0, matched = 0, byCount = 0, byQuoteVolume = 0, gaps = 0] = text.split(' ').map(Number)
  return { known, matched, byCount, byQuoteVolume, gaps, missing: text.split(' ')[5] ?? '0' }
}

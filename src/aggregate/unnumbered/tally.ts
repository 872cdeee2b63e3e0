import { compareDecimals, DecimalSum, subtractDecimals } from '../../market/decimal.ts'
import { WITNESSES, type Witness } from '../../market/records/derived/candle.ts'
import type { ExchangeTotals } from './exchange-minutes.ts'

/**
 * What the exchange's own minutes say of a window's, summed up: the minutes themselves are forgotten long before the window of a day closes.
 */
export type Tally = {
  /** Of so many minutes the exchange's own is known. */
  readonly told: number
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

export const NOTHING_TOLD: Tally = { told: 0, matched: 0, byCount: 0, byQuoteVolume: 0, gaps: 0, missing: '0' }

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
export const tallyOf = (ours: Sums, theirs: ExchangeTotals | undefined): Tally => {
  if (theirs === undefined) return NOTHING_TOLD
  const volume = String(ours.volume)
  const order = compareDecimals(volume, theirs.volume)
  if (order < 0) return { ...NOTHING_TOLD, told: 1, gaps: 1, missing: subtractDecimals(theirs.volume, volume) }
  const isCountEqual = theirs.count === null || theirs.count === ours.count
  const isQuoteEqual = theirs.quoteVolume === null || theirs.quoteVolume === String(ours.quoteVolume)
  if (order > 0 || !isCountEqual || !isQuoteEqual) return { ...NOTHING_TOLD, told: 1 }
  return {
    ...NOTHING_TOLD,
    told: 1,
    matched: 1,
    byCount: theirs.count === null ? 0 : 1,
    byQuoteVolume: theirs.quoteVolume === null ? 0 : 1
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
  told: total.told - before.told + now.told,
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
export const writeTally = (of: Tally): string =>
  [of.told, of.matched, of.byCount, of.byQuoteVolume, of.gaps, of.missing].join(' ')

export const readTally = (text: string): Tally => {
  const [told = 0, matched = 0, byCount = 0, byQuoteVolume = 0, gaps = 0] = text.split(' ').map(Number)
  return { told, matched, byCount, byQuoteVolume, gaps, missing: text.split(' ')[5] ?? '0' }
}

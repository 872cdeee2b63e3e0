import { iso } from '../../market/time.ts'
import type { CandleRow } from './candle-row.ts'
import { candlesBetween } from './spacing.ts'
import { type Table, wrongAt } from './table/table.ts'

/** What lacks between the candles of a file. */
export type Gaps = {
  readonly count: number
  /** Candles that lack in them. */
  readonly missing: number
  /** Steps that are no whole number of candles. */
  readonly uneven: number
  readonly longest: { readonly from: number; readonly to: number } | null
}

/** Candles of one file as they come, oldest first. */
export type OrderCheck = {
  /** False for a row that stands there twice, in all its figures. Throws `TS-DATA` that names the place for one out of order. */
  readonly accept: (row: CandleRow) => boolean
  readonly gaps: () => Gaps
  readonly repeated: () => number
  /** The first gap, as an error; null where there is none. */
  readonly firstGap: () => Error | null
}

const sameFigures = (one: CandleRow, other: CandleRow): boolean =>
  (['open', 'high', 'low', 'close', 'volume', 'quoteVolume'] as const).every(name => one[name] === other[name])

/** Counts gaps and refuses what is out of order. */
export const createOrderCheck = (table: Pick<Table, 'name' | 'counts'>, spacingMs: number): OrderCheck => {
  let before: CandleRow | null = null
  let [count, missing, uneven, repeated] = [0, 0, 0, 0]
  let longest: Gaps['longest'] = null
  let first: { readonly at: number; readonly from: number; readonly to: number } | null = null
  const note = (from: number, to: number, between: number | null, at: number): void => {
    if (between === 0) return
    first ??= { at, from, to }
    if (between === null) uneven++
    else {
      count++
      missing += between
    }
    if (longest === null || to - from > longest.to - longest.from) longest = { from, to }
  }
  const accept = (row: CandleRow): boolean => {
    const [from, to] = [before?.openTime ?? null, row.openTime]
    if (from !== null && to < from)
      throw wrongAt(table, row.at, `${iso(to)} comes after ${iso(from)}; sort the candles by openTime`)
    if (from === to && before !== null) {
      if (!sameFigures(before, row))
        throw wrongAt(table, row.at, `${iso(to)} stands in the ${table.counts} before already, with other figures`)
      repeated++
      return false
    }
    if (from !== null) note(from, to, candlesBetween(spacingMs, from, to), row.at)
    before = row
    return true
  }
  const firstGap = (): Error | null => {
    if (first === null) return null
    const usual = `candles are ${spacingMs / 1_000} s apart`
    const all = count + uneven > 1 ? `; ${count + uneven} such places in all, ${missing} candles missing` : ''
    return wrongAt(
      table,
      first.at,
      `a gap: ${usual}, but ${iso(first.to)} is ${(first.to - first.from) / 1_000} s after ${iso(first.from)}${all}; --allow-gaps goes on across gaps`
    )
  }
  return { accept, gaps: () => ({ count, missing, uneven, longest }), repeated: () => repeated, firstGap }
}

/** Trade ids `from..to`, inclusive. */
export type IdRange = { readonly from: number; readonly to: number }

/** Which ids of one instrument were seen: everything up to `max` but for the `gaps`, which are disjoint and in order. */
export type IdLedger = {
  /** null before the first id. */
  max: number | null
  gaps: readonly IdRange[]
}

/** What an id turned out to be: new or seen before, and the gap that it opened by jumping ahead. */
export type Entered = { readonly fresh: boolean; readonly gap: IdRange | null }

const DUPLICATE: Entered = { fresh: false, gap: null }
const IN_ORDER: Entered = { fresh: true, gap: null }

export const createLedger = (max: number | null): IdLedger => ({ max, gaps: [] })

/** Enters one id. Ids before the first one ever entered count as seen. */
export const enterId = (ledger: IdLedger, id: number): Entered => {
  const { max } = ledger
  if (max === null || id === max + 1) {
    ledger.max = id
    return IN_ORDER
  }
  if (id > max) {
    const gap = { from: max + 1, to: id - 1 }
    ledger.gaps = [...ledger.gaps, gap]
    ledger.max = id
    return { fresh: true, gap }
  }
  return isMissing(ledger, id) ? fillOne(ledger, id) : DUPLICATE
}

const fillOne = (ledger: IdLedger, id: number): Entered => {
  removeIds(ledger, { from: id, to: id })
  return IN_ORDER
}

/** Says that ids up to `to` exist though none of them came: opens a gap behind `max`, or gives null when there is none. */
export const expectUpTo = (ledger: IdLedger, to: number): IdRange | null => {
  if (ledger.max === null || to <= ledger.max) return null
  const gap = { from: ledger.max + 1, to }
  ledger.gaps = [...ledger.gaps, gap]
  ledger.max = to
  return gap
}

/** Opens a gap among ids that count as seen; for gaps known from an earlier run. */
export const reopen = (ledger: IdLedger, range: IdRange): void => {
  removeIds(ledger, range)
  ledger.gaps = [...ledger.gaps, range].sort((a, b) => a.from - b.from)
}

/** Ids no longer missing: filled, or given up. */
export const removeIds = (ledger: IdLedger, range: IdRange): void => {
  const { gaps } = ledger
  const [first, behind] = [indexOf(gaps, range.from), indexOf(gaps, range.to + 1)]
  // Where a gap reaches beyond the range it is the last one that is touched.
  const end = behind < gaps.length && gaps[behind]!.from <= range.to ? behind + 1 : behind
  if (first >= end) return
  ledger.gaps = gaps.toSpliced(first, end - first, ...gaps.slice(first, end).flatMap(gap => without(gap, range)))
}

const without = (gap: IdRange, range: IdRange): readonly IdRange[] => {
  if (range.to < gap.from || range.from > gap.to) return [gap]
  return [
    { from: gap.from, to: range.from - 1 },
    { from: range.to + 1, to: gap.to }
  ].filter(part => part.from <= part.to)
}

export const isMissing = ({ gaps }: IdLedger, id: number): boolean => isWithin(gaps, id)

/** Index of the first of these disjoint ranges in order that ends at `id` or later. */
const indexOf = (ranges: readonly IdRange[], id: number): number => {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ranges[middle]!.to < id) low = middle + 1
    else high = middle
  }
  return low
}

/** Whether one of these disjoint ranges in order has the id. */
export const isWithin = (ranges: readonly IdRange[], id: number): boolean =>
  (ranges[indexOf(ranges, id)]?.from ?? Infinity) <= id

/** Whether one of these disjoint ranges in order has all ids of another. */
export const coversAll = (ranges: readonly IdRange[], { from, to }: IdRange): boolean => {
  const range = ranges[indexOf(ranges, from)]
  return range !== undefined && range.from <= from && range.to >= to
}

/** Ranges as disjoint ones in order, those next to each other joined. */
export const joined = (ranges: readonly IdRange[]): readonly IdRange[] => {
  const result: { from: number; to: number }[] = []
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}

const touchedBy = (gaps: readonly IdRange[], { from, to }: IdRange): readonly IdRange[] => {
  const touched: IdRange[] = []
  for (let n = indexOf(gaps, from); n < gaps.length && gaps[n]!.from <= to; n++) touched.push(gaps[n]!)
  return touched
}

/** The missing ids inside a range, in order. */
export const missingIn = (ledger: IdLedger, range: IdRange): readonly IdRange[] =>
  touchedBy(ledger.gaps, range).map(gap => ({
    from: Math.max(gap.from, range.from),
    to: Math.min(gap.to, range.to)
  }))

export const countIds = (ranges: readonly IdRange[]): number =>
  ranges.reduce((count, range) => count + range.to - range.from + 1, 0)

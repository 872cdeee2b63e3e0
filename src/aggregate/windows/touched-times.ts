import type { LedgerGap } from '../gaps.ts'

/** The times at which trades may be missing that can still come. */
export type Touched = {
  readonly none: boolean
  /** Whether a window of these times, the end exclusive, is touched. */
  readonly includes: (openTime: number, closeTime: number) => boolean
}

type Span = { readonly from: number; to: number }

export const NONE_TOUCHED: Touched = { none: true, includes: () => false }

/** Disjoint spans in order, so that ten thousand gaps next to each other are one. */
const merged = (gaps: readonly LedgerGap[]): readonly Span[] => {
  const spans: Span[] = []
  for (const { touchedFrom: from, touchedTo: to } of gaps.toSorted((a, b) => a.touchedFrom - b.touchedFrom)) {
    const last = spans.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else spans.push({ from, to })
  }
  return spans
}

/** What gaps touch that are not given up. */
export const createTouched = (gaps: readonly LedgerGap[]): Touched => {
  const open = gaps.filter(({ state }) => state !== 'lost')
  if (open.length === 0) return NONE_TOUCHED
  const spans = merged(open)
  return {
    none: false,
    includes: (openTime, closeTime) => {
      let [low, high] = [0, spans.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if (spans[middle]!.to < openTime) low = middle + 1
        else high = middle
      }
      return low < spans.length && spans[low]!.from < closeTime
    }
  }
}

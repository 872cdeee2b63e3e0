import { compareDecimals } from '../../../market/decimal.ts'
import type { BookLevel } from '../../../market/records/feed/book.ts'

/** One side of an order book, as far as it is known. */
export type BookSide = {
  /** Puts the quantity that stands at a price now; `"0"` takes the level away. */
  readonly put: (level: BookLevel) => void
  /** The best `count` levels, best first. */
  readonly top: (count: number) => readonly BookLevel[]
  /** Keeps the best `count` levels alone. */
  readonly cut: (count: number) => void
  /** Levels that are left before nothing is known any more; endless where the snapshot held the whole side. */
  readonly left: () => number
}

/**
 * Levels from worst to best, so that changes, most of which are near the best price, move little.
 * Of what lies beyond the last level of a full snapshot only changes are told, so nothing of it is kept: a level there may have
 * neighbours that nobody has named.
 */
export const createBookSide = (
  side: 'bids' | 'asks',
  snapshot: readonly BookLevel[],
  snapshotLevels: number
): BookSide => {
  const sign = side === 'bids' ? 1 : -1
  const levels = snapshot.filter(([, quantity]) => quantity !== '0').sort(([a], [b]) => sign * compareDecimals(a, b))
  const edge = snapshot.length < snapshotLevels ? null : (levels[0]?.[0] ?? null)
  /** Index of the first level that is not worse. */
  const find = (price: string): number => {
    let low = 0
    let high = levels.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (sign * compareDecimals(levels[middle]![0], price) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    put: level => {
      const [price, quantity] = level
      if (edge !== null && sign * compareDecimals(price, edge) < 0) return
      const at = find(price)
      const isThere = levels[at]?.[0] === price
      if (quantity === '0') isThere && levels.splice(at, 1)
      else if (isThere) levels[at] = level
      else levels.splice(at, 0, level)
    },
    top: count => levels.slice(-count).reverse(),
    cut: count => void levels.splice(0, Math.max(0, levels.length - count)),
    left: () => (edge === null ? Number.POSITIVE_INFINITY : levels.length)
  }
}

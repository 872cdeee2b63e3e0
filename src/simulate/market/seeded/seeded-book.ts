import { fixedText } from '../fixed-text.ts'
import { type Listing, lotsWorth } from '../listing.ts'
import type { Book, Feed, Levels, Print } from '../market.ts'
import { bell, hash } from '../seeded-random.ts'

const SIZE = 31
const LEVELS = 50
const BOOKS_CACHED = 24
/** Updates a tenth of a second: the book after tenth n has the id n × 10. */
const UPDATES = 10

/** The size at a price changes every four to eleven tenths, each price at a beat of its own. */
const lotsAt = (seed: number, key: number, listing: Listing, ticks: number, tenth: number): number => {
  const period = 4 + (hash(seed, SIZE, key, ticks) & 7)
  const worth = Math.exp(6.5 + 1.2 * bell(hash(seed, SIZE + 1, key ^ ticks, Math.floor((tenth + ticks) / period))))
  return lotsWorth(listing, worth, ticks)
}

/** The best price, and beyond it the next ones of a fixed grid, so that a small move changes few levels. */
const pricesFrom = (best: number, direction: 1 | -1, grid: number): number[] => {
  const prices = [best]
  const rounded = direction === 1 ? Math.ceil((best + 1) / grid) : Math.floor((best - 1) / grid)
  for (let n = 0; n < LEVELS - 1; n++) prices.push((rounded + n * direction) * grid)
  return prices.filter(ticks => ticks > 0)
}

/**
 * A book that is a function of the seed, the tenth of a second and the newest print before it: a snapshot and the differences
 * between any two tenths agree by construction. A seller hit the best bid, a buyer the best ask; the spread is one tick.
 */
export const createSeededBook = (seeded: {
  readonly seed: number
  readonly key: number
  readonly listing: Listing
  readonly idAt: (time: number) => number
  readonly visit: Feed['visit']
}): ((tenth: number) => Book) => {
  const { seed, key, listing, idAt, visit } = seeded
  const grid = Math.max(1, Math.round(listing.level * 10 ** listing.priceDigits * 2e-5))
  const cache = new Map<number, Book>()
  const side = (best: number, direction: 1 | -1, tenth: number): Levels =>
    pricesFrom(best, direction, grid).map(ticks => [
      fixedText(ticks, listing.priceDigits),
      fixedText(lotsAt(seed, key, listing, ticks, tenth), listing.quantityDigits)
    ])
  const make = (tenth: number): Book => {
    const newest: Print[] = []
    const id = idAt(tenth * 100) - 1
    visit(id, id + 1, print => newest.push(print))
    const [{ ticks, sell } = { ticks: 2, sell: true }] = newest
    const bid = sell ? ticks : ticks - 1
    return { id: tenth * UPDATES, bids: side(bid, -1, tenth), asks: side(bid + 1, 1, tenth) }
  }
  return tenth => {
    const cached = cache.get(tenth)
    if (cached) return cached
    const book = make(tenth)
    if (cache.size >= BOOKS_CACHED) cache.delete(cache.keys().next().value ?? tenth)
    cache.set(tenth, book)
    return book
  }
}

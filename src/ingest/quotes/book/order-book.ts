import type { BookDiff, BookSnapshot } from '../../../exchange/exchange.ts'
import { compareDecimals } from '../../../market/decimal.ts'
import type { BookTop } from '../../../market/records/feed/book.ts'
import { type BookSide, createBookSide } from './book-side.ts'

/**
 * What became of a change. `old`: the book has it already. `broken`: changes before it are missing. `crossed`: somebody bids as much as
 * another asks, which no market shows. After the last two the book means nothing any more.
 */
export type Applied = 'applied' | 'old' | 'broken' | 'crossed'

/** An order book kept up to date by changes in order. */
export type OrderBook = {
  /** The newest update in it. */
  readonly lastId: () => number
  readonly apply: (diff: BookDiff) => Applied
  /** The best `count` levels of each side, best first. */
  readonly top: (count: number) => Pick<BookTop, 'bids' | 'asks'>
  /** How many levels the shorter side has left before the end of what is known. */
  readonly left: () => number
  readonly isCrossed: () => boolean
}

const crossing =
  (bids: BookSide, asks: BookSide): (() => boolean) =>
  () => {
    const [bid] = bids.top(1)
    const [ask] = asks.top(1)
    return bid !== undefined && ask !== undefined && compareDecimals(bid[0], ask[0]) >= 0
  }

/**
 * A book of the best `depth` levels, which the exchange tells of: what falls behind them is forgotten, since it is told again when it comes
 * back. Its changes have no numbers.
 */
export const createShallowBook = (snapshot: BookDiff, depth: number): OrderBook => {
  const bids = createBookSide('bids', snapshot.bids, Number.POSITIVE_INFINITY)
  const asks = createBookSide('asks', snapshot.asks, Number.POSITIVE_INFINITY)
  let { lastId } = snapshot
  const isCrossed = crossing(bids, asks)
  return {
    lastId: () => lastId,
    apply: diff => {
      for (const level of diff.bids) bids.put(level)
      for (const level of diff.asks) asks.put(level)
      for (const side of [bids, asks]) side.cut(depth)
      lastId = diff.lastId
      if (isCrossed()) return 'crossed'
      return 'applied'
    },
    top: count => ({ bids: bids.top(count), asks: asks.top(count) }),
    left: () => Number.POSITIVE_INFINITY,
    isCrossed
  }
}

/** A book that begins with a snapshot, of at most `snapshotLevels` a side. */
export const createOrderBook = (snapshot: BookSnapshot, snapshotLevels: number): OrderBook => {
  const bids = createBookSide('bids', snapshot.bids, snapshotLevels)
  const asks = createBookSide('asks', snapshot.asks, snapshotLevels)
  let { lastId } = snapshot
  const isCrossed = crossing(bids, asks)
  return {
    lastId: () => lastId,
    apply: diff => {
      if (diff.lastId <= lastId) return 'old'
      if (diff.firstId > lastId + 1) return 'broken'
      for (const level of diff.bids) bids.put(level)
      for (const level of diff.asks) asks.put(level)
      lastId = diff.lastId
      return isCrossed() ? 'crossed' : 'applied'
    },
    top: count => ({ bids: bids.top(count), asks: asks.top(count) }),
    left: () => Math.min(bids.left(), asks.left()),
    isCrossed
  }
}

import type { Bug } from './bug.ts'

const ORDER_BOOK = 'test/ingest/book/order-book.test.ts'
const SYNC = 'test/ingest/book/sync-book.test.ts'
const QUOTES = 'test/ingest/book/quotes.test.ts'

/** What following order books and tickers can get wrong. */
export const bookBugs: readonly Bug[] = [
  {
    name: 'a jump in an order book is overlooked',
    file: 'src/ingest/quotes/book/order-book.ts',
    find: 'diff.firstId > lastId + 1)',
    replace: 'diff.firstId > lastId + 100)',
    tests: ['test/ingest/book/chaos-books.property.test.ts']
  },
  {
    name: 'a crossed order book is shown',
    file: 'src/ingest/quotes/book/order-book.ts',
    find: "return isCrossed() ? 'crossed' : 'applied'",
    replace: "return 'applied'",
    tests: [SYNC]
  },
  {
    name: 'an order book believes levels beyond its snapshot',
    file: 'src/ingest/quotes/book/book-side.ts',
    find: 'sign * compareDecimals(price, edge) < 0) return',
    replace: "price === '') return",
    tests: [ORDER_BOOK]
  },
  {
    name: 'an order book outruns its snapshot',
    file: 'src/ingest/quotes/book/sync-book.ts',
    find: 'left < FEW_LEVELS && !feed.pending',
    replace: 'left < 0 && !feed.pending',
    tests: [SYNC]
  },
  {
    name: 'an order book outlives its connection',
    file: 'src/ingest/quotes/book/sync-book.ts',
    find: "invalidateBook(feed, 'the connection was lost')",
    replace: 'feed.early.length = 0',
    tests: [QUOTES]
  },
  {
    name: 'an order book is made of a snapshot that its changes do not follow',
    file: 'src/ingest/quotes/book/sync-book.ts',
    find: 'if (!isContiguous || book.isCrossed()',
    replace: 'if (book.isCrossed()',
    tests: [SYNC]
  },
  {
    name: 'a session that is ahead voids the order book',
    file: 'src/ingest/quotes/book/sync-book.ts',
    find: 'session !== feed.session && feed.early',
    replace: 'feed.session === null && feed.early',
    tests: [QUOTES]
  },
  {
    name: 'a stale order book is not told of',
    file: 'src/ingest/quotes/book/publish-book.ts',
    find: 'send(feed, feed.shownId, { bids: [], asks: [], stale: true })',
    replace: 'void feed.shownId',
    tests: [SYNC]
  },
  {
    name: 'order books are sent while the broker is behind',
    file: 'src/ingest/quotes/book/publish-book.ts',
    find: '!feed.newest || isBehind(feed.output)',
    replace: '!feed.newest',
    tests: [QUOTES]
  },
  {
    name: 'snapshots of order books are taken before holes are filled',
    file: 'src/ingest/transport/rate-limiter.ts',
    find: 'if (share < SHARE) await',
    replace: 'if (share < 0) await',
    tests: ['test/ingest/rest.test.ts']
  },
  {
    name: 'an old ticker is published',
    file: 'src/ingest/quotes/ticker-feed.ts',
    find: 'ticker.time <= newest',
    replace: 'ticker.time < 0',
    tests: [QUOTES]
  }
]

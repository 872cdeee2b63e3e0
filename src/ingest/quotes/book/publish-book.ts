import type { BookTop } from '../../../market/records/feed/book.ts'
import { outgoing } from '../../../stream/topic.ts'
import { rawBooks } from '../../../topics.ts'
import { isBehind } from '../../transport/backpressure.ts'
import type { BookFeed } from './book-feed.ts'

/** Levels a side of a published book. */
export const TOP_LEVELS = 10
const EVERY_MS = 1_000

/** Publishes the state of the book when it is due: a change at most once a second, that it is stale at once. */
export const publishBook = (feed: BookFeed): void => {
  if (!feed.newest || isBehind(feed.output)) return
  if (feed.book) publishTop(feed)
  else publishStale(feed)
}

const publishTop = (feed: BookFeed): void => {
  const { book, clock } = feed
  if (!book || !feed.changed || clock.monotonicMs() - feed.shownAtMs < EVERY_MS) return
  feed.changed = false
  feed.shownAtMs = clock.monotonicMs()
  feed.shownId = book.lastId()
  send(feed, feed.shownId, book.top(TOP_LEVELS))
}

const publishStale = (feed: BookFeed): void => {
  if (feed.shownId === null) return
  send(feed, feed.shownId, { bids: [], asks: [], stale: true })
  feed.shownId = null
}

const send = (feed: BookFeed, id: number, content: Pick<BookTop, 'bids' | 'asks' | 'stale'>): void => {
  if (!feed.newest) return
  const { exchange, symbol } = feed.instrument
  const top: BookTop = { exchange, symbol, ...feed.newest, lastUpdateId: String(id), ...content }
  feed.output.send([outgoing(rawBooks, top)]).catch(() => undefined)
}

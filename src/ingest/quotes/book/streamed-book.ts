import type { MarketEvent, StreamedBook } from '../../../exchange/exchange.ts'
import type { EpochMs } from '../../../market/time.ts'
import { backOffMs } from '../../../runtime/back-off.ts'
import { metrics } from '../../../runtime/observe/metrics.ts'
import { spawn } from '../../../runtime/spawn.ts'
import type { SocketSession } from '../../transport/socket-session.ts'
import type { BookFeed } from './book-feed.ts'
import { createShallowBook } from './order-book.ts'
import { publishBook } from './publish-book.ts'
import { countShortLived, invalidateBook, noteNewest, REASONS, RETRY } from './sync-book.ts'

type BookEvent = Extract<MarketEvent, { kind: 'book' }>

/** The exchange's checksum is of other levels than ours: nothing says which of them are wrong. */
const CHANGED = 'its levels are not those of the checksum'

/** Takes a snapshot, or a change of the book that began with one over the same link. */
export const acceptStreamed = (
  feed: BookFeed,
  follow: StreamedBook,
  event: BookEvent,
  session: SocketSession,
  receivedAt: EpochMs
): void => {
  if (event.isSnapshot) beginBook(feed, follow, event, session)
  else if (feed.book === null || session !== feed.session) return
  noteNewest(feed, event.time, receivedAt)
  const wrong = faultIn(feed, follow, event)
  if (wrong === null) {
    feed.changed = true
    publishBook(feed)
  } else renewBook(feed, follow, session, wrong)
}

const beginBook = (feed: BookFeed, { depth }: StreamedBook, event: BookEvent, session: SocketSession): void => {
  if (!feed.book) metrics.booksStale.dec({ exchange: feed.instrument.exchange })
  feed.book = createShallowBook(event, depth)
  feed.session = session
  feed.builtAtMs = feed.clock.monotonicMs()
}

/** What is wrong with the book once the change is in it; null: nothing. */
const faultIn = ({ book }: BookFeed, { depth, isIntact }: StreamedBook, event: BookEvent): string | null => {
  if (book?.apply(event) === 'crossed') return REASONS.crossed
  return book && isIntact(book.top(depth), event.checksum) ? null : CHANGED
}

/** Asks for a snapshot, later each time a book did not hold for long; another session brings one of its own. */
const renewBook = (feed: BookFeed, follow: StreamedBook, session: SocketSession, reason: string): void => {
  countShortLived(feed)
  invalidateBook(feed, reason)
  spawn(askAgain(feed, follow, session), feed.signal, feed.log)
}

const askAgain = async (feed: BookFeed, { renew }: StreamedBook, session: SocketSession): Promise<void> => {
  if (feed.shortLived > 0) await feed.clock.sleep(backOffMs(feed.shortLived - 1, RETRY, feed.random), feed.signal)
  if (feed.book === null && session.state === 'ready')
    for (const message of renew(feed.instrument)) session.socket.send(message)
}

import type { BookDiff } from '../../../exchange/exchange.ts'
import type { Instrument } from '../../../market/instrument.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Clock } from '../../../runtime/clock.ts'
import type { Logger } from '../../../runtime/observe/log.ts'
import { metrics } from '../../../runtime/observe/metrics.ts'
import type { Outage } from '../../transport/outage.ts'
import type { Output } from '../../transport/output.ts'
import type { OrderBook } from './order-book.ts'
import type { Snapshots } from './snapshots.ts'

/** What a book's feed works with. */
export type BookFeedDeps = {
  readonly output: Output
  readonly snapshots: Snapshots
  readonly snapshotLevels: number
  /** What is said while no snapshot can be read. */
  readonly outage: Outage
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
  readonly signal: AbortSignal
}

/** A change that came before those that it follows, and the session that brought it. */
type EarlyDiff = { readonly diff: BookDiff; readonly session: object }

/** Everything known about the order book of one instrument. Changed in place by the functions of this folder. */
export type BookFeed = BookFeedDeps & {
  readonly instrument: Instrument
  /** The book while it is whole; null while it is built. */
  book: OrderBook | null
  /** Changes since a snapshot was wanted, one after the other without a jump; null while none is wanted. */
  pending: BookDiff[] | null
  /** The session whose changes the book follows. */
  session: object | null
  /** Changes of another session that is ahead of it. */
  readonly early: EarlyDiff[]
  /** Monotonic time when the book was built, and how many before it did not hold for long. */
  builtAtMs: number
  shortLived: number
  /** Raised whenever the connection is opened or lost. */
  connection: number
  /** Event time of the newest change seen, and when it came; null before the first. */
  newest: { readonly time: EpochMs; readonly receivedAt: EpochMs } | null
  /** True when the book has changed since it was published. */
  changed: boolean
  /** The update that was published last; null when a stale record, or nothing, was. */
  shownId: number | null
  /** Monotonic time of the last publication of levels. */
  shownAtMs: number
}

/** A book of which nothing is known yet. */
export const createBookFeed = (instrument: Instrument, deps: BookFeedDeps): BookFeed => {
  metrics.booksStale.inc({ exchange: instrument.exchange })
  return {
    ...deps,
    instrument,
    book: null,
    pending: null,
    session: null,
    early: [],
    builtAtMs: Number.NEGATIVE_INFINITY,
    shortLived: 0,
    connection: 0,
    newest: null,
    changed: false,
    shownId: null,
    shownAtMs: Number.NEGATIVE_INFINITY
  }
}

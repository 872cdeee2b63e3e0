import type { BookDiff, BookSnapshot } from '../../../exchange/exchange.ts'
import type { EpochMs } from '../../../market/time.ts'
import { backOffMs } from '../../../runtime/back-off.ts'
import { metrics } from '../../../runtime/observe/metrics.ts'
import { spawn } from '../../../runtime/spawn.ts'
import type { BookFeed } from './book-feed.ts'
import { type Applied, createOrderBook } from './order-book.ts'
import { publishBook, TOP_LEVELS } from './publish-book.ts'

/** How soon a book is built anew. */
export const RETRY = { firstMs: 200, mostMs: 10_000 }
/** Changes kept for a snapshot that does not come: half a minute of them. The oldest go first, since a later snapshot does without. */
const MAX_PENDING = 300
/** Changes of a newer session that wait for the older one, which is ended after ten. */
const MAX_EARLY = 20
/** With fewer levels left on a side, the next snapshot is taken while the book still holds. */
const FEW_LEVELS = 100
/** A book that did not hold so long is built anew later each time: an exchange that skips changes is not asked all the time. */
const STABLE_MS = 10_000

/** The stream flows: what comes from now on is kept for the snapshot. */
export const connectBook = (feed: BookFeed): void => {
  feed.connection += 1
  startSync(feed, [])
}

/** The stream has ended: changes may be missed from now on. */
export const disconnectBook = (feed: BookFeed): void => {
  feed.connection += 1
  feed.pending = null
  invalidateBook(feed, 'the connection was lost')
}

/** Remembers when the newest change was sent, and came. */
export const noteNewest = (feed: BookFeed, time: EpochMs, receivedAt: EpochMs): void => {
  if (!feed.newest || time >= feed.newest.time) feed.newest = { time, receivedAt }
}

/** Takes one change of the book as it came over `link`. */
export const acceptDiff = (feed: BookFeed, diff: BookDiff, session: object, receivedAt: EpochMs): void => {
  noteNewest(feed, diff.time, receivedAt)
  feed.session ??= session
  if (feed.pending) keepPending(feed.pending, diff)
  if (feed.book) followSession(feed, diff, session)
  publishBook(feed)
}

/** Keeps changes without a jump: after one, those before it are of no use. */
const keepPending = (pending: BookDiff[], diff: BookDiff): void => {
  const last = pending.at(-1)
  if (last && diff.lastId <= last.lastId) return
  if (last && diff.firstId > last.lastId + 1) pending.length = 0
  pending.push(diff)
  if (pending.length > MAX_PENDING) pending.shift()
}

/**
 * Within a session changes come in order, so a jump is a loss. While one session takes over from another, the newer one may be ahead: its
 * changes wait until the older one has brought those before them.
 */
const followSession = (feed: BookFeed, diff: BookDiff, session: object): void => {
  const outcome = feed.book?.apply(diff)
  if (outcome === 'broken' && session !== feed.session && feed.early.length < MAX_EARLY) {
    feed.early.push({ diff, session })
  } else if (outcome === 'applied') {
    feed.changed = true
    feed.session = session
    for (const early of feed.early.splice(0)) followSession(feed, early.diff, early.session)
    renewWhenShort(feed, diff)
  } else if (outcome !== undefined && outcome !== 'old') voidBook(feed, diff, outcome)
}

/** A book that has almost outrun its snapshot takes another one, and serves until it is there, or until it has nothing to show. */
const renewWhenShort = (feed: BookFeed, diff: BookDiff): void => {
  const left = feed.book?.left() ?? Number.POSITIVE_INFINITY
  if (left < FEW_LEVELS && !feed.pending) startSync(feed, [diff])
  if (left < TOP_LEVELS) invalidateBook(feed, 'the price has left what its snapshot showed')
}

/** Why a book means nothing any more. */
export const REASONS = {
  broken: 'a change was missed',
  crossed: 'its best bid is not below its best ask'
} satisfies Readonly<Record<Exclude<Applied, 'applied' | 'old'>, string>>

/** This book alone starts anew, from the change that showed that something is wrong. */
const voidBook = (feed: BookFeed, diff: BookDiff, outcome: keyof typeof REASONS): void => {
  countShortLived(feed)
  invalidateBook(feed, REASONS[outcome])
  if (feed.pending) feed.pending.splice(0, feed.pending.length, diff)
  else startSync(feed, [diff])
}

/** Counts the books in a row that did not hold for long. */
export const countShortLived = (feed: BookFeed): void => {
  const aliveMs = feed.clock.monotonicMs() - feed.builtAtMs
  feed.shortLived = aliveMs < STABLE_MS ? feed.shortLived + 1 : 0
}

/** Says that nothing is known of the book any more. */
export const invalidateBook = (feed: BookFeed, reason: string): void => {
  feed.early.length = 0
  feed.session = null
  if (!feed.book) return
  const { exchange, symbol } = feed.instrument
  feed.log.warn({ symbol, lastUpdateId: feed.book.lastId() }, `an order book is void: ${reason}; building it anew`)
  feed.book = null
  metrics.bookResyncs.inc({ exchange })
  metrics.booksStale.inc({ exchange })
  publishBook(feed)
}

const startSync = (feed: BookFeed, pending: BookDiff[]): void => {
  feed.pending = pending
  spawn(synchronise(feed, feed.connection), feed.signal, feed.log)
}

/** Takes snapshots until one meets the changes that are kept. */
const synchronise = async (feed: BookFeed, connection: number): Promise<void> => {
  const isWanted = (): boolean => feed.connection === connection
  for (let failures = feed.shortLived; ; failures++) {
    if (failures > 0) await feed.clock.sleep(backOffMs(failures - 1, RETRY, feed.random), feed.signal)
    const snapshot = isWanted() ? await trySnapshot(feed, isWanted) : null
    if (!isWanted() || (snapshot && adopt(feed, snapshot))) return
  }
}

const trySnapshot = async (feed: BookFeed, isWanted: () => boolean): Promise<BookSnapshot | null> => {
  try {
    const snapshot = await feed.snapshots.fetch(feed.instrument, isWanted)
    if (snapshot) feed.outage.ended()
    return snapshot
  } catch (error) {
    feed.signal.throwIfAborted()
    feed.outage.failed(error, feed.instrument)
    return null
  }
}

/** Makes the book of a snapshot and the changes after it. False when they do not lead on from it, or it is behind what we have. */
const adopt = (feed: BookFeed, snapshot: BookSnapshot): boolean => {
  const book = createOrderBook(snapshot, feed.snapshotLevels)
  const isContiguous = (feed.pending ?? []).every(diff => ['applied', 'old'].includes(book.apply(diff)))
  if (!isContiguous || book.isCrossed() || book.left() < TOP_LEVELS || book.lastId() < (feed.book?.lastId() ?? 0))
    return false
  if (!feed.book) metrics.booksStale.dec({ exchange: feed.instrument.exchange })
  feed.book = book
  feed.builtAtMs = feed.clock.monotonicMs()
  // A snapshot has no time: it is shown once a change says how old it is at most.
  feed.changed = (feed.pending ?? []).length > 0
  feed.pending = null
  publishBook(feed)
  return true
}

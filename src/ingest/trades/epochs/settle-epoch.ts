import { instrumentKey } from '../../../market/instrument.ts'
import { chainId, type Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import { backOffMs } from '../../../runtime/back-off.ts'
import { spawn } from '../../../runtime/spawn.ts'
import type { Feed, FeedProgress, StrangeTrade, Why } from '../../feed/feed.ts'
import { isStrange, JUMP, NEWER_MS, wasPassed } from '../../feed/strange-trade.ts'
import { noteAnswer, noteFailure, settlesWithout } from '../../gaps/failing.ts'
import { acceptTrade, flushBuffered } from '../accept-trade.ts'
import { repeatPosition } from '../heartbeat.ts'
import { beginEpoch } from './begin-epoch.ts'

const MAX_STRANGE = 5_000
const RETRY = { firstMs: 500, mostMs: 10_000 }
const REPORT_EVERY_MS = 60_000
const LOOK_AGAIN_MS = 500
const MIN_WITNESSES = 3
/** History trails the stream by less: after so long it is believed, though nobody has traded since. */
const MAX_LAG_MS = 30_000

/** What history says of the ids: they go on as before, or the exchange has begun anew with `first`; null while it cannot tell. */
type Settled = { readonly first: Trade | null; readonly newest: number }
type Verdict = Settled | null

/** Takes a live trade whose id does not fit the others. From now on nothing is published or asserted until history has settled why. */
export const suspectTrade = (feed: Feed, strange: StrangeTrade): void => {
  feed.strange.push(strange)
  // The first one stays: a new chain begins there, where history does not say.
  if (feed.strange.length > MAX_STRANGE) for (const { deadLetter } of feed.strange.splice(1, 1)) deadLetter()
  suspectIds(feed)
}

/** The same, where history shows it. */
export const suspectIds = (feed: Feed): void => {
  if (feed.doubtedSince !== null) return
  feed.doubtedSince = feed.clock.now()
  feed.health.report(
    partOf(feed),
    'the exchange may count its trades anew; nothing is said to be complete until history answers, or for GAP_GIVE_UP'
  )
  feed.log.warn(
    { ...feed.instrument, newestId: newestId(feed) },
    'an old id has a new time, or one is far ahead; asking history'
  )
  spawn(settle(feed), feed.signal, feed.log)
  spawn(reportDoubt(feed, feed.doubtedSince), feed.signal, feed.log)
}

const newestId = ({ newest, newestBuffered }: Feed): number => Math.max(newest.id, newestBuffered.id)

const partOf = (feed: Feed): string => `ids of ${instrumentKey(feed.instrument)}`

/** Says it in `ingest_state`, now and then again: whoever begins to read does not go back far. */
const reportDoubt = async (feed: Feed, since: EpochMs): Promise<void> => {
  while (feed.doubtedSince === since) {
    await repeatPosition(feed)
    await feed.clock.sleep(REPORT_EVERY_MS, feed.signal)
  }
}

const settle = async (feed: Feed): Promise<void> => {
  // Before it has said where it begins a feed has no chain to end.
  while (feed.mode === 'cold') await feed.clock.sleep(LOOK_AGAIN_MS, feed.signal)
  const sinceMs = feed.clock.monotonicMs()
  const ask = asking(feed, sinceMs)
  const mayTrail = trailing(feed)
  for (let tries = 0; ; tries++) {
    const verdict = await decide(feed, ask, mayTrail).catch(error => {
      feed.signal.throwIfAborted()
      if (settlesWithout(feed, sinceMs)) return null
      throw error
    })
    const why = verdict ? {} : settlesWithout(feed, sinceMs)
    const settled = verdict ?? (why && judgeByStream(feed))
    if (settled) return end(feed, settled, why ?? {})
    await feed.clock.sleep(backOffMs(tries, RETRY, feed.random), feed.signal)
  }
}

const end = async (feed: Feed, { first, newest }: Settled, why: Why): Promise<void> => {
  feed.health.report(partOf(feed), null)
  if (first !== null) return beginEpoch(feed, first, why)
  goOn(feed, newest)
  await repeatPosition(feed)
}

/**
 * What the stream alone shows: the exchange has begun anew where several ids did not fit, or where nothing else came. A trade or two
 * among others that fit were none. null where nothing came at all.
 */
const judgeByStream = (feed: Feed): Verdict => {
  const { strange, buffered } = feed
  const [first] = strange.map(({ trade }) => trade).sort((a, b) => chainId(a) - chainId(b))
  if (first === undefined) return null
  feed.log.error(
    { ...feed.instrument, newestId: newestId(feed) },
    'history does not settle it for too long; the stream decides'
  )
  const isNew = strange.length >= MIN_WITNESSES || buffered.size === 0
  return { first: isNew ? first : null, newest: newestId(feed) }
}

/** The ids are as they were: what does not fit was never printed like that. */
const goOn = (feed: Feed, newest: number): void => {
  feed.doubtedSince = null
  for (const { trade, deadLetter } of feed.strange.splice(0)) {
    // Far ahead, and history has come as far: so much was missed.
    if (!isStrange(feed, trade) && chainId(trade) <= newest + feed.history.pageSize) acceptTrade(feed, trade)
    else deadLetter()
  }
  if (feed.mode === 'live') flushBuffered(feed)
}

/** Pages of history without what cannot be: from an id on, or the newest. */
type Ask = (fromId: number | null, limit: number) => Promise<readonly Trade[]>

/** Asks for ever while history fails, or until it is waited for no more: throws its last failure then. */
const asking = (feed: Feed, sinceMs: number): Ask => {
  const { instrument, history, landmarks, exchangeTime } = feed
  const isOver = (error: unknown): boolean => {
    noteFailure(feed, error)
    return settlesWithout(feed, sinceMs) !== null
  }
  return async (fromId, limit) => {
    const page =
      fromId === null
        ? history.newest(instrument, limit, isOver)
        : history.trades(instrument, landmarks.startAt(fromId), limit, undefined, isOver)
    const trades = await page
    noteAnswer(feed)
    return trades.filter(({ time }) => !exchangeTime.isFuture(time))
  }
}

/** Whether history may still trail the strange trades, by the time since its first answer without them: that may have been waited for. */
const trailing = ({ clock }: Feed): (() => boolean) => {
  let sinceMs: number | null = null
  return () => {
    sinceMs ??= clock.monotonicMs()
    return clock.monotonicMs() - sinceMs < MAX_LAG_MS
  }
}

const decide = async (feed: Feed, ask: Ask, mayTrail: () => boolean): Promise<Verdict> => {
  const page = await ask(null, feed.history.pageSize)
  const last = page.at(-1)
  if (!last) return null
  const newest = chainId(last)
  // What a start buffers may be of the new chain already, and what an earlier run left of the old one.
  for (const reached of [feed.newest, feed.newestBuffered].filter(({ time }) => time > 0)) {
    const first = await firstBehind(feed, ask, reached, page)
    if (first === 'unknown') return null
    if (first !== null) return { first, newest }
  }
  // A history that trails the stream has only the old ids yet.
  return isBehindStrange(feed, last) && mayTrail() ? null : { first: null, newest }
}

/** Where new ids begin, as a chain is known that has come so far; null where it goes on. */
const firstBehind = async (
  feed: Feed,
  ask: Ask,
  reached: FeedProgress,
  page: readonly Trade[]
): Promise<Trade | null | 'unknown'> => {
  const last = page.at(-1)!
  if (chainId(last) >= reached.id) return firstMoved(ask, reached)
  const strange = page.find(trade => wasPassed(reached, trade))
  if (strange && wasPassed(reached, last)) return firstOfChain(ask, reached, strange)
  // History may trail the stream: only once it has a time as new does it know of ids as new.
  return isBehindStrange(feed, last) ? 'unknown' : null
}

/** Whether a strange trade is newer than all that history has. */
const isBehindStrange = ({ strange }: Feed, last: Trade): boolean => strange.some(({ trade }) => trade.time > last.time)

/** History has that id, or more. Null where it is the trade that we know, and ids go on behind it; else where the new ones begin. */
const firstMoved = async (ask: Ask, reached: FeedProgress): Promise<Trade | null> => {
  const [own] = await ask(reached.id, 1)
  if (own && chainId(own) === reached.id && wasPassed(reached, own)) return firstOfChain(ask, reached, own)
  const [next] = await ask(reached.id + 1, 1)
  return next !== undefined && chainId(next) > reached.id + JUMP ? next : null
}

/**
 * The first trade that the exchange has of the new chain: the oldest of all, where it has none of ours any more; else `known`, one of it. It
 * may have begun right behind the last heartbeat.
 */
const firstOfChain = async (ask: Ask, reached: FeedProgress, known: Trade): Promise<Trade> => {
  const [oldest] = await ask(0, 1)
  return oldest && oldest.time > reached.time - NEWER_MS ? oldest : known
}

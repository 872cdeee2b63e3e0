import { type IdRange, isMissing, isWithin, joined, missingIn, removeIds } from '../../market/id-ledger.ts'
import { chainId, type Trade } from '../../market/records/feed/trade.ts'
import { backOffMs } from '../../runtime/back-off.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { deadLetterOf } from '../../stream/dead-letter-of.ts'
import { outgoing } from '../../stream/topic.ts'
import { deadLetters } from '../../topics.ts'
import type { Feed, OpenGap, Why } from '../feed/feed.ts'
import { publishTrades } from '../feed/publish-trades.ts'
import { isStrange, NEWER_MS, whenSettled } from '../feed/strange-trade.ts'
import { noteAnswer, noteFailure, reasonToAbandon } from './failing.ts'
import { namedRanges, publishGapMarker, recordClosed } from './gap-ledger.ts'

/** History may trail the stream a little: ids that it skips are asked for again so often before they are given up. */
const TRIES = 4
/** So many of a first missing id are remembered, for the waits between them. */
const MAX_TRIES = 2 * TRIES
/** Of what was given up, so many ranges are remembered: another gap may name the same ids. */
const MAX_ABANDONED = 1_000
const RETRY = { firstMs: 250, mostMs: 5_000 }
const FAILING_RETRY = { firstMs: 100, mostMs: 5_000 }

/**
 * Gets the missing trades of a recorded gap from history, page by page, and closes it: filled, or what is left of it given up, as history
 * passes over it or has given nothing for hours.
 */
export const fillGap = async (feed: Feed, gap: OpenGap): Promise<void> => {
  let ends: readonly number[] = []
  for (let next = await nextMissing(feed, gap); next; next = await nextMissing(feed, gap)) {
    const page = await nextPage(feed, gap)
    if (page === null) continue
    await acceptPage(feed, gap, page)
    if (gap.epoch !== feed.epoch) return
    ends = isMissing(feed.ledger, next.from) ? [...ends, lastIdOf(page)].slice(-MAX_TRIES) : []
    if (abandonTried(feed, { from: next.from, to: gap.to }, gap, page, ends)) ends = []
    else if (ends.length > 0) await feed.clock.sleep(backOffMs(ends.length - 1, RETRY, feed.random), feed.signal)
  }
  await recordClosed(feed, gap)
}

/** Publishes what the gap needs of a page, and waits for the broker; nothing where the ids turn out to have begun anew. */
const acceptPage = async (feed: Feed, gap: OpenGap, page: readonly Trade[]): Promise<void> => {
  if (page.some(trade => isStrange(feed, trade))) feed.suspect()
  await whenSettled(feed)
  if (gap.epoch !== feed.epoch) return
  publishPage(feed, gap, page)
  await feed.sent
}

/** The next page that the gap needs: empty where it needs none any more, null where the rest of it was given up. */
const nextPage = async (feed: Feed, gap: OpenGap): Promise<readonly Trade[] | null> => {
  for (let failures = 0; ; failures++) {
    const page = await oneAtATime(feed, () => ask(feed, gap))
    if (page !== 'failed') return page
    await feed.clock.sleep(backOffMs(failures, FAILING_RETRY, feed.random), feed.signal)
  }
}

/** Of many gaps of a feed one asks at a time: its page may have what the others need. */
const oneAtATime = async <T>(feed: Feed, ask: () => Promise<T>): Promise<T> => {
  const answer = feed.asking.then(ask)
  feed.asking = answer.then(
    () => undefined,
    () => undefined
  )
  return answer
}

const ask = async (feed: Feed, gap: OpenGap): Promise<readonly Trade[] | null | 'failed'> => {
  const [next] = gap.epoch === feed.epoch ? missingIn(feed.ledger, gap) : []
  if (!next) return []
  const why = reasonToAbandon(feed, gap)
  if (why) return abandonRest(feed, gap, why)
  try {
    const page = await feed.history.trades(feed.instrument, feed.landmarks.startAt(next.from), feed.history.pageSize, 1)
    noteAnswer(feed)
    return page
  } catch (error) {
    feed.signal.throwIfAborted()
    noteFailure(feed, error)
    return 'failed'
  }
}

const abandonRest = (feed: Feed, gap: OpenGap, why: Why): null => {
  for (const range of missingIn(feed.ledger, gap)) abandonIds(feed, gap, { ...range, ...why })
  return null
}

/** The next ids to ask for, once the broker has taken, or refused, all that was sent; undefined when none is missing. */
const nextMissing = async (feed: Feed, gap: OpenGap): Promise<IdRange | undefined> => {
  while (gap.epoch === feed.epoch) {
    const [next] = missingIn(feed.ledger, gap)
    if (next) return next
    const { retracted } = feed
    await feed.sent
    // Else what was refused may be on its way again, with the page of another gap.
    if (feed.retracted === retracted) return undefined
  }
  return undefined
}

/** What the stream brought meanwhile is no longer missing; of a live feed, other gaps get what the page has of them. */
const publishPage = (feed: Feed, gap: OpenGap, page: readonly Trade[]): void => {
  const named = feed.mode === 'live' ? namedRanges(feed) : [gap]
  const known = [...page.filter(trade => isOf(feed, gap, trade)), ...bufferedWithin(feed, page)]
  const wanted = known.filter(trade => isWithin(named, chainId(trade)))
  publishTrades(
    feed,
    wanted.filter(trade => isMissing(feed.ledger, chainId(trade))).sort((a, b) => chainId(a) - chainId(b))
  )
}

/** Neither of the future, nor newer than a trade behind the gap: that is another one, under the same id. */
const isOf = ({ exchangeTime }: Feed, { until }: OpenGap, { time }: Trade): boolean =>
  !exchangeTime.isFuture(time) && (until === 0 || time <= until + NEWER_MS)

/** A trade that came late or early on the stream is buffered while the feed catches up; history may pass over it. */
const bufferedWithin = (feed: Feed, page: readonly Trade[]): readonly Trade[] => {
  const end = lastIdOf(page)
  return [...feed.buffered.values()].filter(trade => chainId(trade) <= end)
}

/**
 * The missing ids from the first one on that history passes over: it has the next id but not these; or has them, with a time that has
 * not come, or the broker refuses them. `triedTo`: up to there every page of the tries reached, so all that is missing was tried as often.
 */
const provenAbsent = (
  feed: Feed,
  { from, to }: IdRange,
  page: readonly Trade[],
  triedTo: number
): readonly IdRange[] => {
  if (!canJudgeTimes(feed, page)) return []
  const next = page.find(trade => chainId(trade) > from && !isMissing(feed.ledger, chainId(trade)))
  const end = Math.max(triedTo, next ? chainId(next) - 1 : lastOfNoUse(feed, page))
  return end < from ? [] : joined(missingIn(feed.ledger, { from, to: Math.min(to, end) }))
}

/** This machine's clock alone cannot tell the future: it may be what is wrong, until a frame has shown the exchange's. */
const canJudgeTimes = ({ exchangeTime }: Feed, page: readonly Trade[]): boolean =>
  exchangeTime.isKnown() || !page.some(({ time }) => exchangeTime.isFuture(time))

const lastIdOf = (page: readonly Trade[]): number => {
  const last = page.at(-1)
  return last ? chainId(last) : -1
}

const lastOfNoUse = ({ ledger }: Feed, page: readonly Trade[]): number =>
  page.reduce((last, trade) => (isMissing(ledger, chainId(trade)) ? chainId(trade) : last), -1)

/** Gives up the ids that history has passed over often enough; false where nothing is proven absent. `ends`: the last ids of the tries. */
const abandonTried = (
  feed: Feed,
  within: IdRange,
  gap: OpenGap,
  page: readonly Trade[],
  ends: readonly number[]
): boolean => {
  if (ends.length < TRIES) return false
  const absent = provenAbsent(feed, within, page, Math.min(...ends.slice(-TRIES)))
  for (const range of absent) abandon(feed, gap, range, page)
  return absent.length > 0
}

/** Says so at once: another gap that names these ids as well may be closed before this one. */
const abandon = (feed: Feed, gap: OpenGap, absent: IdRange, page: readonly Trade[]): void => {
  const untrue = page.filter(({ time }) => feed.exchangeTime.isFuture(time))
  for (const trade of untrue)
    if (chainId(trade) >= absent.from && chainId(trade) <= absent.to) deadLetterTrade(feed, trade)
  abandonIds(feed, gap, absent)
}

const abandonIds = (feed: Feed, gap: OpenGap, abandoned: IdRange & Why): void => {
  removeIds(feed.ledger, abandoned)
  feed.abandoned = [...feed.abandoned, abandoned].slice(-MAX_ABANDONED)
  publishGapMarker(feed, gap, abandoned)
}

/** A trade that history has, and that cannot have happened. */
const deadLetterTrade = (feed: Feed, trade: Trade): void => {
  const [stage, reason] = ['ingest', 'future-time'] as const
  const detail = `history has trade ${trade.id} of ${trade.time}, which has not come`
  const origin = { exchange: feed.instrument.exchange, stream: 'history' }
  metrics.deadLetters.inc({ stage, reason })
  const about = { stage, reason, detail, origin, receivedAt: feed.clock.now() }
  const letter = deadLetterOf(about, Buffer.from(JSON.stringify(trade)))
  feed.output.send([outgoing(deadLetters, letter)]).catch(() => undefined)
}

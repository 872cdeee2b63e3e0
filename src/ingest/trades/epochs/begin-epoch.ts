import { createLedger, joined } from '../../../market/id-ledger.ts'
import { chainId, type Trade } from '../../../market/records/feed/trade.ts'
import { epochMs } from '../../../market/time.ts'
import { outgoing } from '../../../stream/topic.ts'
import { gaps } from '../../../topics.ts'
import { type Feed, type FeedProgress, NOWHERE, type OpenGap, type Why } from '../../feed/feed.ts'
import { publishTrades } from '../../feed/publish-trades.ts'
import { NEWER_MS, wasPassed } from '../../feed/strange-trade.ts'
import { closingRecords, publishGapMarker } from '../../gaps/gap-ledger.ts'
import { bufferTrade } from '../accept-trade.ts'
import { saveFirstPosition } from '../heartbeat.ts'
import { warmRestart } from '../warm-restart.ts'
import { adoptPublished } from './adopt-published.ts'
import { nextEpoch } from './next-epoch.ts'

/**
 * Begins a new chain of ids. `oldest` is the first that is known of it; what was missing of the old one can be asked of nobody any more.
 * `why` is said of it where history has not shown the chain.
 */
export const beginEpoch = async (feed: Feed, oldest: Trade, why: Why = {}): Promise<void> => {
  const between = chainBetween(feed, oldest)
  if (between) await changeChain(feed, between, why)
  await changeChain(feed, { oldest, until: Number.POSITIVE_INFINITY }, why)
  await warmRestart(feed, [])
}

/** A chain of ids: the first trade that is known of it, and the time up to which strange trades are its own. */
type Chain = { readonly oldest: Trade; readonly until: number }

/**
 * A chain that has come and gone while it was in doubt whether ids had begun anew: some strange trades are older than the first of the new
 * one, and have no lower id. The stream alone tells of it.
 */
const chainBetween = ({ strange }: Feed, oldest: Trade): Chain | null => {
  const trades = strange.map(({ trade }) => trade)
  const passing = trades.filter(trade => wasPassed({ id: chainId(trade), time: trade.time }, oldest))
  const until = Math.max(...passing.map(({ time }) => time))
  const [first] = trades.filter(({ time }) => time <= until).sort((a, b) => chainId(a) - chainId(b))
  return first ? { oldest: first, until } : null
}

/** Ends the chain that is followed, and takes up the next one. */
const changeChain = async (feed: Feed, { oldest, until }: Chain, why: Why): Promise<void> => {
  // What is buffered lies behind it: it is looked for from where the earlier run was, or this one has come on its way.
  if (feed.mode === 'catchingUp') await adoptPublished(feed)
  publishOld(feed, oldest)
  // Only then it is known which of the old trades the broker refuses.
  await feed.sent
  const epoch = await nextEpoch(feed, oldest)
  const first = firstOf(feed, { oldest, until })
  feed.log.error(
    { ...feed.instrument, epoch, first: chainId(first), before: feed.newest.id, ...why },
    'the exchange has begun its trade ids anew; what it printed between the two chains is unknown, and said to be a gap'
  )
  const closing = endEpoch(feed, why)
  const begun = justBefore(first, feed.newest)
  feed.epoch = epoch
  Object.assign(feed.ledger, createLedger(begun.id))
  feed.newest = begun
  feed.mode = 'catchingUp'
  feed.cause = 'restart'
  feed.proven = false
  feed.connection += 1
  bufferAnew(feed, until)
  await feed.sent
  await feed.output.send(closing.map(record => outgoing(gaps, record)))
  await saveFirstPosition(feed, begun.id, epochMs(begun.time))
}

/**
 * Where a chain stands before its first trade. The time is one of its own, so that everybody can tell this chain from the next; less what
 * trades may be out of order by.
 */
const justBefore = (trade: Trade, newest: FeedProgress): FeedProgress => ({
  id: chainId(trade) - 1,
  time: Math.max(newest.time, trade.time - NEWER_MS)
})

/** Gives up what is missing of the chain, and the trade that would have come next; returns what `gaps` has to say of it. */
const endEpoch = (feed: Feed, why: Why) => {
  const { ledger, openGaps, epoch, cause, clock } = feed
  const known: readonly OpenGap[] = [...openGaps]
  const next = feed.newest.id + 1
  const last = Math.max(next, ledger.max ?? next, ...known.map(({ to }) => to))
  const refused = [...feed.refused].map(id => ({ from: id, to: id }))
  const missing = joined([...ledger.gaps, ...refused, { from: next, to: last }]).map(range => ({ ...range, ...why }))
  feed.abandoned = [...feed.abandoned, ...missing]
  const unnamed = missing
    .filter(range => !known.some(gap => gap.from <= range.from && gap.to >= range.to))
    .map(range => ({ ...range, cause, epoch, until: 0, detectedAt: clock.now(), acked: false }))
  const records = [...known, ...unnamed].flatMap(gap => closingRecords(feed, gap))
  for (const range of missing) publishGapMarker(feed, { detectedAt: clock.now(), epoch }, range)
  for (const rest of [openGaps, feed.opened, feed.closed, feed.refused]) rest.clear()
  feed.abandoned = []
  return records
}

/** Publishes what was buffered of the old chain: history leads up to it no more. */
const publishOld = (feed: Feed, oldest: Trade): void => {
  const old = [...feed.buffered.values()].filter(({ time }) => time < oldest.time)
  for (const trade of old) feed.buffered.delete(chainId(trade))
  publishTrades(
    feed,
    old.toSorted((a, b) => chainId(a) - chainId(b))
  )
}

/** What is buffered of the new chain, and what was strange in the old one. Nothing is in doubt any more, unless another chain follows. */
const bufferAnew = (feed: Feed, until: number): void => {
  const strange = feed.strange.splice(0)
  feed.strange.push(...strange.filter(({ trade }) => trade.time > until))
  if (until === Number.POSITIVE_INFINITY) feed.doubtedSince = null
  const own = strange.filter(({ trade }) => trade.time <= until).map(({ trade }) => trade)
  const trades = [...own, ...feed.buffered.values()]
  feed.buffered.clear()
  feed.newestBuffered = NOWHERE
  for (const trade of trades) bufferTrade(feed, trade)
}

/** The first trade of the new chain: the stream may have brought some that history does not have. */
const firstOf = ({ strange, history }: Feed, { oldest, until }: Chain): Trade => {
  const lowest = chainId(oldest) - history.pageSize
  const own = strange.map(({ trade }) => trade).filter(trade => trade.time <= until && chainId(trade) > lowest)
  return own.reduce((first, trade) => (chainId(trade) < chainId(first) ? trade : first), oldest)
}

import { epochMs } from '../market/time.ts'
import { outgoing } from '../stream/topic.ts'
import { gaps } from '../topics.ts'
import type { Why } from './failing.ts'
import type { Feed, OpenGap } from './feed.ts'
import { closingRecords, publishLost } from './gap-record.ts'
import { saveBeginning } from './heartbeat.ts'
import { joinAfterRestart } from './join-after-restart.ts'
import { createLedger, joined } from './ledger.ts'

/**
 * Begins a new chain of ids at `first`: what was missing of the old one can be asked of nobody any more. `why` is said of it where history
 * has not shown the chain.
 */
export const beginEpoch = async (feed: Feed, first: number, why: Why = {}): Promise<void> => {
  const { newest } = feed
  // Only then it is known which of the old trades the broker refuses.
  await feed.sent
  feed.log.error(
    { ...feed.of, epoch: feed.epoch + 1, first, before: newest.id, ...why },
    'the exchange has begun its trade ids anew; what it printed between the two chains is unknown, and said to be a gap'
  )
  const given = endEpoch(feed, why)
  feed.epoch += 1
  Object.assign(feed.ledger, createLedger(first - 1))
  feed.newest = { id: first - 1, time: newest.time }
  feed.mode = 'catchingUp'
  feed.cause = 'restart'
  feed.proven = false
  feed.connection += 1
  takeHeld(feed, newest.time)
  feed.doubtedSince = null
  await feed.sent
  await feed.outlet.send(given.map(record => outgoing(gaps, record)))
  await saveBeginning(feed, first - 1, epochMs(newest.time))
  await joinAfterRestart(feed, [])
}

/** Gives up what is missing of the chain, and the trade that would have come next; returns what `gaps` has to say of it. */
const endEpoch = (feed: Feed, why: Why) => {
  const { ledger, openGaps, epoch, cause, clock } = feed
  const known: readonly OpenGap[] = [...openGaps]
  const next = feed.newest.id + 1
  const last = Math.max(next, ledger.max ?? next, ...known.map(({ to }) => to))
  const refused = [...feed.refused].map(id => ({ from: id, to: id }))
  const missing = joined([...ledger.holes, ...refused, { from: next, to: last }]).map(hole => ({ ...hole, ...why }))
  feed.lost = [...feed.lost, ...missing]
  const unnamed = missing
    .filter(hole => !known.some(gap => gap.from <= hole.from && gap.to >= hole.to))
    .map(hole => ({ ...hole, cause, epoch, until: 0, detectedAt: clock.now(), acked: false }))
  const records = [...known, ...unnamed].flatMap(gap => closingRecords(feed, gap))
  for (const hole of missing) publishLost(feed, { detectedAt: clock.now(), epoch }, hole)
  for (const rest of [openGaps, feed.opened, feed.closed, feed.refused]) rest.clear()
  feed.lost = []
  return records
}

/** Of what was held only the trades of the new chain are left. */
const takeHeld = (feed: Feed, after: number): void => {
  for (const [id, trade] of feed.held) if (trade.time <= after) feed.held.delete(id)
  for (const { trade } of feed.strange.splice(0)) feed.held.set(Number(trade.id), trade)
}

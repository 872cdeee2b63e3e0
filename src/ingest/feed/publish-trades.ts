import { inEpoch } from '../../market/epoch.ts'
import { enterId, type IdRange } from '../../market/id-ledger.ts'
import { chainId, type Trade } from '../../market/records/feed/trade.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { outgoing } from '../../stream/topic.ts'
import { rawTicks } from '../../topics.ts'
import { withArrival } from '../transport/exchange-time.ts'
import type { Feed } from './feed.ts'

/** Publishes trades that the ledger has not seen, in the order given; returns the gaps that their ids opened. */
export const publishTrades = (feed: Feed, trades: readonly Trade[]): readonly IdRange[] => {
  const gaps: IdRange[] = []
  const fresh: Trade[] = []
  for (const trade of trades) {
    const entered = enterId(feed.ledger, chainId(trade))
    if (entered.fresh) fresh.push(trade)
    else metrics.duplicates.inc()
    if (entered.gap) gaps.push(entered.gap)
  }
  if (fresh.length > 0) sendFresh(feed, fresh)
  return gaps
}

const sendFresh = (feed: Feed, fresh: readonly Trade[]): void => {
  const { exchange, symbol } = feed.instrument
  for (const trade of fresh) {
    if (trade.time > feed.newestTime) feed.newestTime = trade.time
    if (chainId(trade) > feed.newest.id)
      feed.newest = { id: chainId(trade), time: Math.max(trade.time, feed.newest.time) }
    metrics.trades.inc({ exchange, symbol, via: trade.via })
    feed.landmarks.note(chainId(trade), trade.time)
  }
  feed.sent = feed.output.send(
    fresh.map(trade => outgoing(rawTicks, { ...withArrival(trade, feed.clock), ...inEpoch(feed.epoch) }))
  )
  feed.sent.catch(() => undefined)
}

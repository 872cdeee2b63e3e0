import type { Trade } from '../market/trade.ts'
import { metrics } from '../runtime/metrics.ts'
import { outgoing } from '../stream/topic.ts'
import { rawTicks } from '../topics.ts'
import type { Feed } from './feed.ts'
import { enterId, type IdRange } from './ledger.ts'

/** Publishes trades that the ledger has not seen, in the order given; returns the holes that their ids opened. */
export const publishTrades = (feed: Feed, trades: readonly Trade[]): readonly IdRange[] => {
  const holes: IdRange[] = []
  const fresh: Trade[] = []
  for (const trade of trades) {
    const seen = enterId(feed.ledger, Number(trade.id))
    if (seen.fresh) fresh.push(trade)
    else noteDuplicate(feed, trade)
    if (seen.hole) holes.push(seen.hole)
  }
  if (fresh.length > 0) sendFresh(feed, fresh)
  return holes
}

/** An old id with a new time: the exchange has begun its ids anew, and nothing of it can be told from what was seen before. */
const RESTARTED_AFTER_MS = 60_000

const noteDuplicate = (feed: Feed, trade: Trade): void => {
  metrics.duplicates.inc()
  if (trade.time < Math.max(feed.newestTime, feed.vouchedTime) + RESTARTED_AFTER_MS) return
  feed.newestTime = trade.time
  feed.log.error(
    { ...feed.of, id: trade.id, lastId: feed.ledger.max },
    'the exchange counts its trades anew, so they are taken for duplicates; start again with a fresh TOPIC_PREFIX'
  )
}

const sendFresh = (feed: Feed, fresh: readonly Trade[]): void => {
  const { exchange, symbol } = feed.of
  for (const trade of fresh) {
    if (trade.time > feed.newestTime) feed.newestTime = trade.time
    metrics.trades.inc({ exchange, symbol, via: trade.via })
  }
  feed.sent = feed.outlet.send(fresh.map(trade => outgoing(rawTicks, trade)))
  feed.sent.catch(() => undefined)
}

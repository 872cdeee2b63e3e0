import { epochOf } from '../../market/epoch.ts'
import { joined, reopen } from '../../market/id-ledger.ts'
import { instrumentKey } from '../../market/instrument.ts'
import { chainId } from '../../market/records/feed/trade.ts'
import { spawn } from '../../runtime/spawn.ts'
import type { Outgoing } from '../../stream/topic.ts'
import type { Feed } from '../feed/feed.ts'
import { tradeIn } from '../feed/trade-in.ts'
import { recordAndFill } from './accept-trade.ts'

/** What the broker refuses together becomes one gap. */
const GATHER_MS = 500

const partOf = (feed: Feed): string => `refused ${instrumentKey(feed.instrument)}`

/** Retracts what was counted as published: the broker refuses the record for good. Other records than trades hold nothing that is lost. */
export const retractTrade = (feeds: ReadonlyMap<string, Feed>, record: Outgoing): void => {
  const trade = tradeIn(record)
  const feed = trade ? feeds.get(record.key) : undefined
  if (trade && feed && epochOf(trade) === feed.epoch) reopenTrade(feed, chainId(trade))
}

/** Inside a gap that is being filled the id is missing again; any other one waits to be named with its neighbours. */
const reopenTrade = (feed: Feed, id: number): void => {
  const isNamed = [...feed.openGaps].some(gap => gap.from <= id && gap.to >= id)
  if (isNamed) {
    reopen(feed.ledger, { from: id, to: id })
    feed.retracted += 1
    return
  }
  feed.refused.add(id)
  if (feed.refused.size === 1) spawn(nameRefused(feed), feed.signal, feed.log)
}

const nameRefused = async (feed: Feed): Promise<void> => {
  feed.health.report(partOf(feed), 'the broker refuses trades for good; see dead_letters, and the clock of the broker')
  await feed.clock.sleep(GATHER_MS, feed.signal)
  const ranges = joined([...feed.refused].map(id => ({ from: id, to: id })))
  feed.refused.clear()
  for (const range of ranges) reopen(feed.ledger, range)
  await Promise.all(ranges.map(range => recordAndFill(feed, range, 'skipped')))
  if (feed.refused.size === 0) feed.health.report(partOf(feed), null)
}

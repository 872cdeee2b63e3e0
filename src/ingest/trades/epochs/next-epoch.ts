import { epochOf } from '../../../market/epoch.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { Feed } from '../../feed/feed.ts'
import { wasPassed } from '../../feed/strange-trade.ts'
import { savedPositions } from '../cold-start.ts'

/**
 * The epoch of a chain of ids whose first known trade is `oldest`. Another ingest may have followed chains that this one has missed: an
 * epoch in which somebody has left such a trade behind is one of those.
 */
export const nextEpoch = async (feed: Feed, oldest: Trade): Promise<number> => {
  const positions = await savedPositions(feed)
  const left = positions.filter(({ lastId, time }) => wasPassed({ id: Number(lastId), time }, oldest)).map(epochOf)
  const earlier = new Set(left)
  let epoch = feed.epoch + 1
  while (earlier.has(epoch)) epoch += 1
  return epoch
}

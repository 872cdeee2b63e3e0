import { enterId } from '../../../market/id-ledger.ts'
import { instrumentKey } from '../../../market/instrument.ts'
import { retry } from '../../../runtime/retry.ts'
import type { Feed, PublishedTrade } from '../../feed/feed.ts'

const RETRY = { firstMs: 500, mostMs: 10_000 }

/**
 * Adopts what an earlier run has published behind its position. History leads over it no more, so that `raw_ticks` alone shows what is
 * missing between: the earlier run may have ended before it named that.
 */
export const adoptPublished = async (feed: Feed): Promise<void> => {
  for (const { id, time } of await readPublished(feed)) {
    enterId(feed.ledger, id)
    if (id > feed.newest.id) feed.newest = { id, time: Math.max(time, feed.newest.time) }
  }
}

const readPublished = async (feed: Feed): Promise<readonly PublishedTrade[]> => {
  const { instrument, epoch, newest, saved, clock, log, health, random, signal } = feed
  // Of what another ingest has published its positions alone are known here.
  const behind = {
    epoch,
    id: Math.min(newest.id, Number(saved?.lastId ?? newest.id)),
    time: Math.min(newest.time, saved?.time ?? newest.time)
  }
  const part = `trades behind the position of ${instrumentKey(instrument)}`
  const failures = { count: 0 }
  const onFailure = (err: unknown): void => {
    if (failures.count === 1)
      log.warn({ err, ...instrument }, 'what an earlier run has published cannot be read; trying again')
    health.report(part, 'they cannot be read from raw_ticks, and what is missing among them is not named')
  }
  const policy = { waits: RETRY, clock, random, signal, failures, mayPass: () => true, onFailure }
  const trades = await retry(() => feed.readPublished(instrument, behind), policy)
  health.report(part, null)
  return trades
}

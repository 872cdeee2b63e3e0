import { INTERVAL_MS, windowStart } from '../../../market/interval.ts'
import type { ExchangeKline } from '../../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../../market/time.ts'
import { spawn } from '../../../runtime/spawn.ts'
import { catchUp } from './catch-up.ts'
import type { KlineFeed } from './kline-feed.ts'

/** How long the stream may take to bring a kline before history is asked for it. */
const GRACE_MS = 5_000
const MINUTE_MS = INTERVAL_MS['1m']
/** From the stream while history does not answer: an hour; it gives the older ones when it does. */
const MAX_CLOSED = 60

/** Takes a closed kline of the stream. */
export const acceptKline = (feed: KlineFeed, kline: ExchangeKline): void => {
  if (kline.openTime <= (feed.newest ?? 0)) return
  feed.closed.set(kline.openTime, kline)
  if (feed.closed.size > MAX_CLOSED) feed.closed.delete(Math.min(...feed.closed.keys()))
  bring(feed, kline.openTime)
}

/** The exchange's clock has come so far: what closed well before has its kline, whether the stream told of it or not. */
export const noteTime = (feed: KlineFeed, time: EpochMs): void =>
  bring(feed, windowStart(time - GRACE_MS, MINUTE_MS) - MINUTE_MS)

const bring = (feed: KlineFeed, due: number): void => {
  feed.due = Math.max(feed.due, due)
  if (feed.busy || feed.due <= (feed.newest ?? 0)) return
  feed.busy = true
  spawn(
    catchUp(feed).finally(() => {
      feed.busy = false
    }),
    feed.signal,
    feed.log
  )
}

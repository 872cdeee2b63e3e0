import type { Exchange } from '../../exchange/exchange.ts'
import type { ExchangeKline } from '../../market/exchange-kline.ts'
import type { Instrument } from '../../market/instrument.ts'
import { INTERVAL_MS, windowStart } from '../../market/interval.ts'
import type { EpochMs } from '../../market/time.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/log.ts'
import { background } from '../background.ts'
import type { Outlet } from '../outlet.ts'
import type { Outage } from '../tell-outage.ts'
import { catchUp } from './catch-up.ts'
import type { KlineHistory } from './kline-history.ts'

/** What a feed of klines works with. */
export type KlineFeedDeps = {
  readonly exchange: Exchange
  readonly outlet: Outlet
  readonly history: KlineHistory
  /** What is said while no klines can be read. */
  readonly outage: Outage
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
  readonly signal: AbortSignal
}

/** The exchange's own 1m candles of one instrument on their way out, in order. Changed in place by the functions of this folder. */
export type KlineFeed = KlineFeedDeps & {
  readonly of: Instrument
  /** Open time of the newest that the broker has, or that the exchange does not have; null when it starts cold. */
  newest: number | null
  /** Open time of the newest that has closed at the exchange; 0 before anything is known. */
  due: number
  /** Closed ones from the stream that have not been published, by open time. */
  readonly closed: Map<number, ExchangeKline>
  /** True while it is brought up to what is due. */
  busy: boolean
}

/** How long the stream may take to bring a kline before history is asked for it. */
const GRACE_MS = 5_000
const MINUTE_MS = INTERVAL_MS['1m']
/** From the stream while history does not answer: an hour; it gives the older ones when it does. */
const MOST_CLOSED = 60

/** `newest`: open time of the last one that an earlier run has published. */
export const createKlineFeed = (of: Instrument, newest: EpochMs | null, deps: KlineFeedDeps): KlineFeed => ({
  ...deps,
  of,
  newest,
  due: 0,
  closed: new Map(),
  busy: false
})

/** Takes a closed kline of the stream. */
export const acceptKline = (feed: KlineFeed, kline: ExchangeKline): void => {
  if (kline.openTime <= (feed.newest ?? 0)) return
  feed.closed.set(kline.openTime, kline)
  if (feed.closed.size > MOST_CLOSED) feed.closed.delete(Math.min(...feed.closed.keys()))
  bring(feed, kline.openTime)
}

/** The exchange's clock has come so far: what closed well before has its kline, whether the stream told of it or not. */
export const noteTime = (feed: KlineFeed, time: EpochMs): void =>
  bring(feed, windowStart(time - GRACE_MS, MINUTE_MS) - MINUTE_MS)

const bring = (feed: KlineFeed, due: number): void => {
  feed.due = Math.max(feed.due, due)
  if (feed.busy || feed.due <= (feed.newest ?? 0)) return
  feed.busy = true
  background(
    catchUp(feed).finally(() => {
      feed.busy = false
    }),
    feed.signal,
    feed.log
  )
}

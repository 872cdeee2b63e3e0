import { INTERVAL_MS } from '../../../market/interval.ts'
import type { ExchangeKline, KlinePage } from '../../../market/records/feed/exchange-kline.ts'
import { type EpochMs, epochMs } from '../../../market/time.ts'
import { backOffMs } from '../../../runtime/back-off.ts'
import { retry } from '../../../runtime/retry.ts'
import { outgoing } from '../../../stream/topic.ts'
import { exchangeKlines, ingestKlinesState } from '../../../topics.ts'
import { isBehind } from '../../transport/backpressure.ts'
import { deadLetterOdd } from './dead-letter-kline.ts'
import type { KlineFeed } from './kline-feed.ts'

const MINUTE_MS = INTERVAL_MS['1m']
/** As long as the topic keeps them: older ones would be deleted as they come. */
const MAX_BACK_MS = 30 * INTERVAL_MS['1d']
const RETRY = { firstMs: 500, mostMs: 30_000 }
const LOOK_AGAIN_MS = 100
/** Times that history is asked for one that has closed, before it is taken to have none. */
const TRIES = 3

/** Publishes, in order, all that is due: from the stream what follows on, from history what does not. */
export const catchUp = async (feed: KlineFeed): Promise<void> => {
  for (let tries = 0; feed.newest === null || feed.newest < feed.due; ) {
    const due = feed.due
    const { klines, odd } = followOn(feed) ?? (await fromHistory(feed, due))
    const newest = klines.at(-1)
    if (newest) {
      deadLetterOdd(feed, odd, newest.closeTime)
      await publish(feed, klines)
      tries = 0
    } else if (++tries < TRIES) await feed.clock.sleep(backOffMs(tries, RETRY, feed.random), feed.signal)
    else {
      passOver(feed, deadLetterOdd(feed, odd, due + MINUTE_MS) ?? due)
      tries = 0
    }
  }
}

const nextOpenTime = ({ newest, due }: KlineFeed): number | null =>
  newest === null ? null : Math.max(newest + MINUTE_MS, due - MAX_BACK_MS)

/** Closed klines of the stream that follow the newest one without a gap; null when there is none. */
const followOn = (feed: KlineFeed): KlinePage | null => {
  const found: ExchangeKline[] = []
  let at = nextOpenTime(feed)
  for (let kline = at === null ? null : feed.closed.get(at); kline && at !== null; kline = feed.closed.get(at)) {
    found.push(kline)
    at += MINUTE_MS
  }
  return found.length > 0 ? { klines: found, odd: [] } : null
}

/** The next page of what history has up to what is due; asks for ever while the exchange does not answer. */
const fromHistory = async (feed: KlineFeed, due: number): Promise<KlinePage> => {
  const { history, instrument, outage, clock, random, signal } = feed
  const ask = (): Promise<KlinePage> => {
    const from = nextOpenTime(feed)
    return history.page(instrument, '1m', from === null ? null : epochMs(from), epochMs(due + MINUTE_MS))
  }
  const onFailure = (error: unknown): void => outage.failed(error, instrument)
  const page = await retry(ask, { waits: RETRY, clock, random, signal, mayPass: () => true, onFailure })
  outage.ended()
  return page
}

/** The exchange has no kline between: the stream's own are all there is. */
const passOver = (feed: KlineFeed, due: number): void => {
  const next = Math.min(...[...feed.closed.keys()].filter(openTime => openTime > (feed.newest ?? 0)))
  feed.newest = Math.min(due, next - MINUTE_MS)
}

/** Trades go first: while the broker is behind, klines wait. The position follows what the broker has. */
const publish = async (feed: KlineFeed, klines: readonly ExchangeKline[]): Promise<void> => {
  while (isBehind(feed.output)) await feed.clock.sleep(LOOK_AGAIN_MS, feed.signal)
  await feed.output.send(klines.map(kline => outgoing(exchangeKlines, kline)))
  const openTime: EpochMs = klines.at(-1)!.openTime
  feed.newest = openTime
  for (const known of feed.closed.keys()) if (known <= openTime) feed.closed.delete(known)
  const { exchange, symbol } = feed.instrument
  await feed.output.send([outgoing(ingestKlinesState, { exchange, symbol, openTime })])
}

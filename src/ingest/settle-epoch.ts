import { instrumentKey } from '../market/instrument.ts'
import type { Trade } from '../market/trade.ts'
import { backOffMs } from '../runtime/back-off.ts'
import { background } from './background.ts'
import { beginEpoch } from './begin-epoch.ts'
import type { Feed, StrangeTrade } from './feed.ts'
import { acceptTrade, flushHeld } from './live.ts'
import { isStrange, JUMP } from './strange-trade.ts'

const MOST_STRANGE = 5_000
const RETRY = { firstMs: 500, mostMs: 10_000 }

/** What history says of the ids: they go on as before, or the exchange has begun anew at `first`; null while it cannot tell. */
type Verdict = { readonly first: number | null; readonly newest: number } | null

/** Takes a live trade whose id does not fit the others. From now on nothing is published or vouched for until history has settled why. */
export const suspectTrade = (feed: Feed, strange: StrangeTrade): void => {
  feed.strange.push(strange)
  if (feed.strange.length > MOST_STRANGE) feed.strange.shift()?.bury()
  suspectIds(feed)
}

/** The same, where history shows it. */
export const suspectIds = (feed: Feed): void => {
  if (feed.unsettled) return
  feed.unsettled = true
  feed.health.report(partOf(feed), 'the exchange may count its trades anew; nothing is vouched for until history tells')
  feed.log.warn(
    { ...feed.of, newestId: feed.newest.id },
    'an old id has a new time, or one is far ahead; asking history'
  )
  background(settle(feed), feed.signal, feed.log)
}

const partOf = (feed: Feed): string => `ids of ${instrumentKey(feed.of)}`

const settle = async (feed: Feed): Promise<void> => {
  for (let tries = 0; ; tries++) {
    const verdict = await judge(feed)
    if (verdict) {
      feed.health.report(partOf(feed), null)
      return verdict.first === null ? goOn(feed, verdict.newest) : beginEpoch(feed, verdict.first)
    }
    await feed.clock.sleep(backOffMs(tries, RETRY, feed.random), feed.signal)
  }
}

/** The ids are as they were: what does not fit was never printed like that. */
const goOn = (feed: Feed, newest: number): void => {
  feed.unsettled = false
  for (const { trade, bury } of feed.strange.splice(0)) {
    // Far ahead, and history has come as far: so much was missed.
    if (!isStrange(feed, trade) && Number(trade.id) <= newest + feed.history.pageSize) acceptTrade(feed, trade)
    else bury()
  }
  if (feed.mode === 'live') flushHeld(feed)
}

const judge = async (feed: Feed): Promise<Verdict> => {
  const page = await truePage(feed, feed.history.newest(feed.of, feed.history.pageSize))
  const last = page.at(-1)
  if (!last) return null
  const newest = Number(last.id)
  if (newest >= feed.newest.id) return { first: await firstMoved(feed), newest }
  if (isStrange(feed, last)) return { first: await firstOfChain(feed, page), newest }
  // History may trail the stream: only once it has a time as new does it know of ids as new.
  return last.time >= newestStrange(feed) ? { first: null, newest } : null
}

const newestStrange = (feed: Feed): number => Math.max(0, ...feed.strange.map(({ trade }) => trade.time))

/** History has our newest id, or more. Null where it is the trade that we know, and ids go on behind it; else where the new ones begin. */
const firstMoved = async (feed: Feed): Promise<number | null> => {
  const [own] = await truePage(feed, feed.history.trades(feed.of, feed.newest.id, 1))
  if (own && Number(own.id) === feed.newest.id && isStrange(feed, own)) return firstOfChain(feed, [])
  const [next] = await truePage(feed, feed.history.trades(feed.of, feed.newest.id + 1, 1))
  return next !== undefined && Number(next.id) > feed.newest.id + JUMP ? Number(next.id) : null
}

/** The first id that the exchange has of the new chain: of the oldest trades, or else of the newest, that are newer than ours. */
const firstOfChain = async (feed: Feed, newest: readonly Trade[]): Promise<number> => {
  const oldest = await truePage(feed, feed.history.trades(feed.of, 0, feed.history.pageSize))
  const [first] = [...oldest.slice(0, 1), ...newest].filter(trade => isStrange(feed, trade))
  return Number(first?.id ?? oldest[0]?.id ?? 0)
}

const truePage = async (feed: Feed, page: Promise<readonly Trade[]>): Promise<readonly Trade[]> =>
  (await page).filter(({ time }) => !feed.exchangeTime.isFuture(time))

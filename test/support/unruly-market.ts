import type { Tick, Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { DAY } from './market.ts'
import { seeded } from './seeded.ts'

/** Ticks as a bad feed brings them, for ever: the same seed is the same market. */
export type UnrulyMarket = {
  /** The next records: trades of all symbols, some twice, some swapped, holes that are filled much later, heartbeats. */
  readonly next: (count: number) => readonly Tick[]
  /** What makes it whole: the trades that are still missing, and a heartbeat that closes the running minute. */
  readonly end: () => readonly Tick[]
}

/** Between two trades of a symbol, on average. */
const PACE_MS = 90
const MINUTE = 60_000
const TWICE = 0.04
const SWAPPED = 0.02
const MISSING = 0.01
const FILLED = 0.05
const HEARTBEAT = 0.05

type Feed = { readonly symbol: string; id: number; time: number; cents: number; readonly missing: Trade[] }

const print = (feed: Feed, random: () => number): Trade => {
  feed.id += 1
  feed.time += Math.floor(random() * 2 * PACE_MS)
  feed.cents = Math.max(100, feed.cents + Math.floor(random() * 21) - 10)
  return {
    exchange: 'binance',
    symbol: feed.symbol,
    id: String(feed.id),
    price: String(feed.cents / 100),
    quantity: String((1 + Math.floor(random() * 50_000)) / 100_000),
    time: epochMs(feed.time),
    receivedAt: epochMs(feed.time + 5),
    side: random() < 0.5 ? 'buy' : 'sell',
    via: 'stream'
  }
}

const heartbeat = ({ symbol, id }: Feed, time: number): Tick => ({
  kind: 'heartbeat',
  exchange: 'binance',
  symbol,
  time: epochMs(time),
  lastId: String(id),
  receivedAt: epochMs(time + 5)
})

/** One trade and what comes with it. A hole is filled from history, newest trade first. */
const happen = (feed: Feed, random: () => number): readonly Tick[] => {
  const trade = print(feed, random)
  const chance = random()
  if (feed.missing.length > 0 && chance < FILLED)
    return [trade, ...feed.missing.splice(0).reverse()].map(of => (of === trade ? of : { ...of, via: 'history' }))
  if (chance < FILLED + MISSING) {
    feed.missing.push(trade)
    return [print(feed, random)]
  }
  if (chance < 0.1 + TWICE) return [trade, { ...trade, receivedAt: epochMs(trade.receivedAt + 3) }]
  if (chance < 0.2 + SWAPPED && chance > 0.2) return [print(feed, random), trade]
  if (chance > 1 - HEARTBEAT && feed.missing.length === 0) return [trade, heartbeat(feed, feed.time)]
  return [trade]
}

export const unrulyMarket = (seed: number, symbols: number): UnrulyMarket => {
  const random = seeded(seed)
  const feeds = Array.from({ length: symbols }, (_, n): Feed => {
    const cents = 10_000 + n * 1_000
    return { symbol: `S${n}/USDT`, id: 1_000 * (n + 1), time: DAY + n * 7, cents, missing: [] }
  })
  let turn = 0
  const next = (count: number): readonly Tick[] => {
    const ticks: Tick[] = []
    while (ticks.length < count) ticks.push(...happen(feeds[turn++ % symbols]!, random))
    return ticks
  }
  const end = (): readonly Tick[] =>
    feeds.flatMap(feed => {
      const filled = feed.missing.splice(0).map(trade => ({ ...trade, via: 'history' as const }))
      return [...filled, heartbeat(feed, feed.time - (feed.time % MINUTE) + MINUTE)]
    })
  return { next, end }
}

import { encodeTrade } from '../../src/exchange/binance/stream/encode.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import { type Listing, listSymbol } from '../../src/simulate/market/listing.ts'
import type { Feed, Market, MarketEvent, Print } from '../../src/simulate/market/market.ts'
import { wireTrade } from '../../src/simulate/market/wire-text.ts'

/** Trades that one taker makes: what a venue tells in one message where it does so at all. */
export const PRINTS_OF_A_TAKER = 2

const FIRST_ID = 1_000_000

type Plan = { readonly listings: readonly Listing[]; readonly rate: number; readonly beganAt: number }

/** Which print of all, from 0, the `k`th of a symbol is: symbols take turns. */
const indexOf = (symbol: number, k: number, symbols: number): number =>
  Math.floor(k / PRINTS_OF_A_TAKER) * PRINTS_OF_A_TAKER * symbols + PRINTS_OF_A_TAKER * symbol + (k % PRINTS_OF_A_TAKER)

/** How many prints of a symbol are among the first `count` of all. */
const countOf = (symbol: number, count: number, symbols: number): number => {
  const rest = (count % (PRINTS_OF_A_TAKER * symbols)) - PRINTS_OF_A_TAKER * symbol
  const rounds = Math.floor(count / (PRINTS_OF_A_TAKER * symbols))
  return rounds * PRINTS_OF_A_TAKER + Math.max(0, Math.min(PRINTS_OF_A_TAKER, rest))
}

/** Both prints of a taker have one time. */
const timeOf = ({ rate, beganAt }: Plan, index: number): number =>
  Math.floor(beganAt + ((index - (index % PRINTS_OF_A_TAKER)) * 1_000) / rate)

const printAt = (plan: Plan, symbol: number, k: number): Print => {
  const index = indexOf(symbol, k, plan.listings.length)
  const ticks = 10 ** plan.listings[symbol]!.priceDigits * 100 + (index % 500)
  return { id: FIRST_ID + k, time: timeOf(plan, index), ticks, lots: 1 + (index % 9_000), sell: index % 4 < 2 }
}

const createFeed = (plan: Plan, symbol: number, told: () => number): Feed => {
  const count = (of: number): number => countOf(symbol, of, plan.listings.length)
  const endId = (): number => FIRST_ID + count(told())
  return {
    listing: plan.listings[symbol]!,
    firstId: () => FIRST_ID,
    endId,
    idAt: time => {
      const before = Math.max(0, Math.ceil(((time - plan.beganAt) * plan.rate) / 1_000))
      return Math.min(endId(), FIRST_ID + count(before))
    },
    visit: (fromId, toId, each) => {
      for (let id = Math.max(fromId, FIRST_ID); id < toId; id++) each(printAt(plan, symbol, id - FIRST_ID))
    },
    book: () => ({ id: 1, bids: [['99', '1']], asks: [['101', '1']] })
  }
}

/** A market that prints evenly, so many trades a second over all its symbols, two of each in turn, once it has begun; with all its history. */
export const evenMarket = (
  symbols: readonly string[],
  nativeOf: (symbol: string) => string,
  rate: number,
  clock: Clock
): Market & { readonly isBegun: () => boolean } => {
  const plan = { listings: symbols.map(symbol => listSymbol(symbol, nativeOf(symbol))), rate, beganAt: 0 }
  let told = 0
  const feeds = plan.listings.map((_, symbol) => createFeed(plan, symbol, () => told))
  const eventOf = (index: number): MarketEvent => {
    const taker = Math.floor(index / PRINTS_OF_A_TAKER)
    const symbol = taker % symbols.length
    const k = Math.floor(taker / symbols.length) * PRINTS_OF_A_TAKER + (index % PRINTS_OF_A_TAKER)
    const print = printAt(plan, symbol, k)
    const feed = feeds[symbol]!
    const { listing } = feed
    const data = (): string => encodeTrade(listing.native, wireTrade(listing, print), print.time)
    return { feed, channel: 'trade', time: print.time, print, data }
  }
  return {
    feeds: new Map(feeds.map(feed => [feed.listing.native, feed])),
    waits: false,
    now: clock.now,
    isBegun: () => plan.beganAt > 0,
    begin: () => {
      if (plan.beganAt === 0) plan.beganAt = clock.now()
    },
    advance: () => {
      if (plan.beganAt === 0) return []
      const takers = Math.floor(((clock.now() - plan.beganAt) * rate) / 1_000 / PRINTS_OF_A_TAKER)
      const from = told
      told = Math.max(told, takers * PRINTS_OF_A_TAKER)
      return Array.from({ length: told - from }, (_, i) => eventOf(from + i))
    }
  }
}

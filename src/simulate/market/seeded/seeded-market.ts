import {
  encodeBook,
  encodeBookTicker,
  encodeDepthUpdate,
  encodeTrade
} from '../../../exchange/binance/stream/encode.ts'
import type { Clock } from '../../../runtime/clock.ts'
import { joined, listSymbol } from '../listing.ts'
import type { Book, Levels, Market, MarketEvent } from '../market.ts'
import { wireTop, wireTrade } from '../wire-text.ts'
import { createSeededFeed, type SeededFeed } from './seeded-feed.ts'

/** `symbols` as `BASE/QUOTE` or `BASE/QUOTE:SETTLE`; `rate` in trades a second over all of them; `quiet` symbols sleep for minutes. */
export type SeededMarketOptions = {
  readonly seed: number
  readonly symbols: readonly string[]
  readonly rate: number
  readonly quiet: readonly string[]
  /** How the exchange spells a symbol; left out: as Binance does. */
  readonly nativeOf?: (symbol: string) => string
  readonly clock: Clock
}

/** A machine that was asleep or is too slow catches up in steps, so that its listeners get their turns. */
const STEP_MS = 250
/** Trades an hour of a quiet symbol. */
const QUIET_PER_HOUR = 40

/** The first symbols are the busiest: shares fall as 1, 1/2, 1/3, … The first two are bound to each other: a cointegrated pair. */
const openFeeds = ({ seed, symbols, rate, quiet, nativeOf = joined }: SeededMarketOptions): SeededFeed[] => {
  const busy = symbols.filter(symbol => !quiet.includes(symbol))
  const total = busy.reduce((sum, _, rank) => sum + 1 / (rank + 1), 0)
  const perHour = (symbol: string): number =>
    Math.max(1, Math.round((rate * 3_600) / (busy.indexOf(symbol) + 1) / total))
  return symbols.map((symbol, i) => {
    const asleep = quiet.includes(symbol)
    const count = asleep ? Math.min(QUIET_PER_HOUR, Math.max(1, Math.round(rate * 3_600))) : perHour(symbol)
    return createSeededFeed({
      seed,
      listing: listSymbol(symbol, nativeOf(symbol)),
      perHour: count,
      quiet: asleep,
      bound: i < 2
    })
  })
}

/** Levels of `to` that differ from `from`, and those that are gone with size 0. */
const changes = (from: Levels, to: Levels): Levels => {
  const before = new Map(from)
  const after = new Map(to)
  const gone = from.filter(([price]) => !after.has(price)).map(([price]) => [price, '0'] as const)
  return [...to.filter(([price, size]) => before.get(price) !== size), ...gone]
}

const differences = (from: Book, to: Book) => ({
  fromId: from.id + 1,
  toId: to.id,
  bids: changes(from.bids, to.bids),
  asks: changes(from.asks, to.asks)
})

const bookTicker = (native: string, from: Book, to: Book): string | null => {
  const [before, after] = [
    encodeBookTicker(native, wireTop({ ...from, id: to.id })),
    encodeBookTicker(native, wireTop(to))
  ]
  return before === after ? null : after
}

/** What the streams of the book say after a tenth of a second. */
const bookEvents = (feed: SeededFeed, tenth: number): MarketEvent[] => {
  const { native } = feed.listing
  const time = tenth * 100
  const book = (): Book => feed.bookAt(tenth)
  const since = (tenths: number) => () =>
    encodeDepthUpdate(native, differences(feed.bookAt(tenth - tenths), book()), time)
  const top = (levels: number) => () =>
    encodeBook(book().id, book().bids.slice(0, levels), book().asks.slice(0, levels))
  const event = (channel: string, data: () => string | null): MarketEvent => ({
    feed,
    channel,
    time,
    print: null,
    data
  })
  const often = [
    event('depth@100ms', since(1)),
    event('bookTicker', () => bookTicker(native, feed.bookAt(tenth - 1), book())),
    ...[5, 10, 20].map(levels => event(`depth${levels}@100ms`, top(levels)))
  ]
  if (tenth % 10 !== 0) return often
  return [...often, event('depth', since(10)), ...[5, 10, 20].map(levels => event(`depth${levels}`, top(levels)))]
}

const tradeEvents = (feed: SeededFeed, fromId: number): MarketEvent[] => {
  const events: MarketEvent[] = []
  const { listing } = feed
  feed.visit(fromId, feed.endId(), print =>
    events.push({
      feed,
      channel: 'trade',
      time: print.time,
      print,
      data: () => encodeTrade(listing.native, wireTrade(listing, print), print.time)
    })
  )
  return events
}

/** What happens to one symbol in `(from, to]`. */
const advanceFeed = (feed: SeededFeed, from: number, to: number): MarketEvent[] => {
  const fromId = feed.endId()
  feed.emitUntil(to)
  const events = tradeEvents(feed, fromId)
  for (let tenth = Math.floor(from / 100) + 1; tenth * 100 <= to; tenth++) events.push(...bookEvents(feed, tenth))
  return events
}

/**
 * A market that depends on seed, symbols, rate and time alone: two processes with one seed agree, and a restart goes on with the same
 * market, whose past exists as if it had always run. Market time is the wall clock, as far as it has been emitted.
 */
export const createSeededMarket = (options: SeededMarketOptions): Market => {
  const feeds = openFeeds(options)
  let emittedTo = options.clock.now() as number
  for (const feed of feeds) feed.emitUntil(emittedTo)
  return {
    feeds: new Map(feeds.map(feed => [feed.listing.native, feed])),
    waits: false,
    now: () => emittedTo,
    begin: () => undefined,
    advance: () => {
      const from = emittedTo
      emittedTo = Math.max(emittedTo, Math.min(options.clock.now(), emittedTo + STEP_MS))
      if (emittedTo === from) return []
      const events = feeds.flatMap(feed => advanceFeed(feed, from, emittedTo))
      return events.sort((a, b) => a.time - b.time)
    }
  }
}

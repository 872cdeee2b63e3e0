import type { Listing } from './listing.ts'

/** One trade in whole ticks and lots of its listing: sums of such are exact. */
export type Print = {
  readonly id: number
  /** Epoch milliseconds. */
  readonly time: number
  readonly ticks: number
  readonly lots: number
  /** The taker sold: the buyer was the maker. */
  readonly sell: boolean
}

/** A side of the book, best first: `[price, size]` as plain decimals. */
export type Levels = readonly (readonly [string, string])[]

/** The order book after update `id`. */
export type Book = { readonly id: number; readonly bids: Levels; readonly asks: Levels }

/** One symbol of a market. Ids are consecutive; nothing that has not been emitted yet is ever shown. */
export type Feed = {
  readonly listing: Listing
  /** The oldest id that history has. */
  readonly firstId: () => number
  /** One past the newest id that has been emitted. */
  readonly endId: () => number
  /** The first id printed at or after `time` (epoch ms), at most `endId`. */
  readonly idAt: (time: number) => number
  /** Calls `each` for the prints `fromId..toId-1`, both within what history has and what has been emitted. */
  readonly visit: (fromId: number, toId: number, each: (print: Print) => void) => void
  readonly book: () => Book
}

/** Something that happened. `data` is the stream's message as JSON text, made only when somebody listens; null when there is none. */
export type MarketEvent = {
  readonly feed: Feed
  /** The name of its stream without the symbol: `trade`, `depth@100ms`, … */
  readonly channel: string
  readonly time: number
  readonly print: Print | null
  readonly data: () => string | null
}

/** Something that is sent. `garble` makes what stands there in place of its frame, which is no message. */
export type Delivered = { readonly event: MarketEvent; readonly garble: ((frame: string) => string) | null }

/** A market that the exchange shows to the world: seeded or recorded. */
export type Market = {
  /** By native name. */
  readonly feeds: ReadonlyMap<string, Feed>
  /** True for a market that goes as fast as its readers, and waits for them. */
  readonly waits: boolean
  /** Market time in epoch ms. */
  readonly now: () => number
  /** Lets a market start that waits for its listeners. */
  readonly begin: () => void
  /** Moves to now and tells what has happened since the last call, in order. */
  readonly advance: () => readonly MarketEvent[]
}

/** The print `id`; null when the feed does not have it. */
export const printOf = (feed: Feed, id: number): Print | null => {
  let found: Print | null = null
  if (id >= feed.firstId() && id < feed.endId())
    feed.visit(id, id + 1, print => {
      found = print
    })
  return found
}

import type { Listing } from '../market/listing.ts'
import type { Feed, Market, Print } from '../market/market.ts'
import { createFoldCache, type FoldCache } from '../market/window-sum-cache.ts'
import { createDayStats, type DayStats } from './day-stats.ts'

/** One symbol with what is derived from its prints. */
export type Listed = { readonly feed: Feed; readonly folds: FoldCache; readonly day: DayStats }

/** What the exchange's list says of a symbol; each exchange has words of its own for it. */
export type MarketStatus = 'TRADING' | 'HALT' | 'BREAK'

/** The market as the exchange's endpoints and streams see it. */
export type Venue = {
  readonly listed: ReadonlyMap<string, Listed>
  /** Market time in whole epoch ms. */
  readonly now: () => number
  /** True for a trade that history has lost. */
  readonly isUnrecoverable: (native: string, id: number) => boolean
  readonly statusOf: (native: string) => MarketStatus
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>
}

/** What the exchange does beside its market. */
export type Surroundings = Pick<Venue, 'isUnrecoverable' | 'statusOf' | 'pause'>

/** `market` and what may be lost of it; `countOf`: how many prints the exchange counts for one, otherwise one. */
export const createVenue = (
  market: Market,
  surroundings: Surroundings,
  countOf?: (listing: Listing, print: Print) => number
): Venue => ({
  ...surroundings,
  listed: new Map(
    [...market.feeds].map(([native, feed]) => {
      const folds = createFoldCache(feed, countOf && (print => countOf(feed.listing, print)))
      return [native, { feed, folds, day: createDayStats(feed, folds) }] as const
    })
  ),
  now: () => Math.floor(market.now())
})

import type { Feed, Market } from '../market/market.ts'
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
  readonly isLost: (native: string, id: number) => boolean
  readonly statusOf: (native: string) => MarketStatus
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>
}

/** `market` and what may be lost of it. */
export const createVenue = (market: Market, rest: Pick<Venue, 'isLost' | 'statusOf' | 'pause'>): Venue => ({
  ...rest,
  listed: new Map(
    [...market.feeds].map(([native, feed]) => {
      const folds = createFoldCache(feed)
      return [native, { feed, folds, day: createDayStats(feed, folds) }] as const
    })
  ),
  now: () => Math.floor(market.now())
})

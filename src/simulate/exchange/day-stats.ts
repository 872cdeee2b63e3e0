import type { WireDay } from '../../exchange/binance/stream/encode.ts'
import { fixedText } from '../market/fixed-text.ts'
import { type Feed, printOf } from '../market/market.ts'
import type { FoldCache } from '../market/window-sum-cache.ts'
import { averageTicks, foldedCandle, type PrintFold } from '../market/window-sums.ts'
import { wireTop } from '../market/wire-text.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** Prints that may be added up a step to reach further into the past. */
const MAX_PRINTS_PER_STEP = 10_000

/**
 * Rolling figures of the last 24 h, by whole minutes. A market that has always run has millions of prints behind it: the figures reach
 * further back with every step until they span the day, and say in `openTime` how far they do.
 */
export type DayStats = { readonly at: (now: number) => WireDay | null }

/** A change of price with its sign, plain decimal. */
const signed = (ticks: number, digits: number): string => (ticks < 0 ? '-' : '') + fixedText(Math.abs(ticks), digits)

const describe = (feed: Feed, fold: PrintFold, openTime: number, now: number): WireDay => {
  const { listing } = feed
  const previous = printOf(feed, fold.first.id - 1) ?? fold.first
  const change = fold.last.ticks - fold.first.ticks
  return {
    ...foldedCandle(listing, fold, null, openTime, now),
    change: signed(change, listing.priceDigits),
    changePct: ((change / fold.first.ticks) * 100).toFixed(3),
    averagePrice: fixedText(averageTicks(listing, fold), listing.priceDigits),
    previousClose: fixedText(previous.ticks, listing.priceDigits),
    lastQuantity: fixedText(fold.last.lots, listing.quantityDigits),
    top: wireTop(feed.book())
  }
}

export const createDayStats = (feed: Feed, folds: FoldCache): DayStats => {
  let from = Number.POSITIVE_INFINITY
  const extend = (now: number): void => {
    const oldest = Math.ceil((now - DAY) / MINUTE) * MINUTE
    from = Math.max(oldest, Math.min(from, now - (now % MINUTE)))
    const until = feed.idAt(from)
    while (from > oldest && until - feed.idAt(from - MINUTE) <= MAX_PRINTS_PER_STEP) {
      from -= MINUTE
      folds.fold(from, from + MINUTE)
    }
  }
  return {
    at: now => {
      extend(now)
      const fold = folds.fold(from, now - (now % 1_000) + 1_000)
      return fold && describe(feed, fold, from, now)
    }
  }
}

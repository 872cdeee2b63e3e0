import type { Listed, Venue } from '../exchange/venue.ts'
import { fixedText } from '../market/fixed-text.ts'
import type { Listing } from '../market/listing.ts'
import type { Print } from '../market/market.ts'

/** Prints looked at a time: as many as are wanted, and more only where some are lost. */
const strideOf = (count: number): number => Math.max(count, 16)

/** Price of a print, as plain decimal. */
export const priceOf = (listing: Listing, { ticks }: Print): string => fixedText(ticks, listing.priceDigits)

/** Quantity of a print, as plain decimal. */
export const quantityOf = (listing: Listing, { lots }: Print): string => fixedText(lots, listing.quantityDigits)

/** Prints that history has, `from` until before `to`, ids both. */
const inHistory = (venue: Venue, { feed }: Listed, from: number, to: number): Print[] => {
  const prints: Print[] = []
  feed.visit(from, to, print => {
    if (!venue.isUnrecoverable(feed.listing.native, print.id)) prints.push(print)
  })
  return prints
}

/** The oldest prints that history has of those below id `to`, beginning with `from`. */
export const oldestFrom = (venue: Venue, listed: Listed, from: number, count: number): readonly Print[] => {
  const { feed } = listed
  const to = feed.endId()
  const stride = strideOf(count)
  const prints: Print[] = []
  for (let at = Math.max(from, feed.firstId()); at < to && prints.length < count; at += stride)
    prints.push(...inHistory(venue, listed, at, Math.min(to, at + stride)))
  return prints.slice(0, count)
}

/** The newest prints that history has below id `to`, oldest first. */
export const newestBefore = (venue: Venue, listed: Listed, to: number, count: number): readonly Print[] => {
  const { feed } = listed
  const from = feed.firstId()
  const stride = strideOf(count)
  let prints: Print[] = []
  for (let at = Math.min(to, feed.endId()); at > from && prints.length < count; at -= stride)
    prints = [...inHistory(venue, listed, Math.max(from, at - stride), at), ...prints]
  return prints.slice(-count)
}

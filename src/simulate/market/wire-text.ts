import type { WireTop, WireTrade } from '../../exchange/binance/stream/encode.ts'
import { epochMs } from '../../market/time.ts'
import { fixedText, product } from './fixed-text.ts'
import type { Listing } from './listing.ts'
import type { Book, Print } from './market.ts'

/** A print as the wire's words. */
export const wireTrade = (listing: Listing, print: Print): WireTrade => ({
  id: String(print.id),
  price: fixedText(print.ticks, listing.priceDigits),
  quantity: fixedText(print.lots, listing.quantityDigits),
  time: epochMs(print.time),
  side: print.sell ? 'sell' : 'buy'
})

/** Price × quantity of a print, exact. */
export const quoteQuantity = (listing: Listing, print: Print): string =>
  fixedText(product(print.ticks, print.lots), listing.priceDigits + listing.quantityDigits)

const NOTHING = ['0', '0'] as const

/** The best levels of a book; zeros where a side is empty. */
export const wireTop = (book: Book): WireTop => ({
  id: book.id,
  bid: book.bids[0] ?? NOTHING,
  ask: book.asks[0] ?? NOTHING
})

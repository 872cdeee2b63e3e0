import type { Listing } from '../../market/listing.ts'
import type { Print } from '../../market/market.ts'
import { printHash } from '../../market/seeded-random.ts'
import { priceOf, quantityOf } from '../prints.ts'

/** Two hashes make a number of 50 bits, which has no order. */
const [LOW_BITS, HIGH] = [18, 2 ** 32]
/** Hashes of 32 bits behind each other, apart from those of other words. */
const [HASH_WORDS, USER_WORDS] = [8, 5]
const [HASH_AT, BUYER_AT, SELLER_AT] = [8, 16, 24]

/** `BTC/USDC:USDC` is `BTC`, `XYZ-GOLD/USDC:USDC`, of a builder's exchange, `xyz:GOLD`. */
export const nativeOf = (symbol: string): string | null => {
  const base = /^([^/:]+)\/USDC:USDC$/.exec(symbol)?.[1]
  if (base === undefined) return null
  const [, builder, name] = /^([A-Z0-9]+)-(.+)$/.exec(base) ?? []
  return builder === undefined ? base : `${builder.toLowerCase()}:${name}`
}

/** Whose exchange lists a coin; empty: the main one. */
export const builderOf = (coin: string): string => (coin.includes(':') ? coin.slice(0, coin.indexOf(':')) : '')

const hex = (native: string, id: number, words: number, from: number): string =>
  `0x${Array.from({ length: words }, (_, n) =>
    printHash(native, id, from + n)
      .toString(16)
      .padStart(8, '0')
  ).join('')}`

const tradeId = (native: string, id: number): number =>
  (printHash(native, id, 1) >>> (32 - LOW_BITS)) * HIGH + printHash(native, id)

/** A trade as the socket and REST tell it alike: the taker bought (`B`, bid) or sold (`A`, ask). */
export const tradeText = (listing: Listing, print: Print): string => {
  const { native } = listing
  const [buyer, seller] = [BUYER_AT, SELLER_AT].map(at => hex(native, print.id, USER_WORDS, at))
  return (
    `{"coin":"${native}","side":"${print.sell ? 'A' : 'B'}","px":"${priceOf(listing, print)}","sz":"${quantityOf(listing, print)}"` +
    `,"time":${print.time},"hash":"${hex(native, print.id, HASH_WORDS, HASH_AT)}","tid":${tradeId(native, print.id)}` +
    `,"users":["${buyer}","${seller}"]}`
  )
}

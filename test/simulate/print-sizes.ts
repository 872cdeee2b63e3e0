import { multiplyDecimals } from '../../src/market/decimal.ts'
import { parseSize } from '../../src/market/parse-decimal.ts'
import { inverseSizes } from '../../src/market/records/feed/contract-size.ts'
import { fixedText } from '../../src/simulate/market/fixed-text.ts'
import type { Listing } from '../../src/simulate/market/listing.ts'
import type { Print } from '../../src/simulate/market/market.ts'

/** What a print is in the base and in the quote currency, as a trade of it should say. */
export const sizesOf = (
  listing: Listing,
  { lots, ticks }: Print
): { readonly quantity: string; readonly quoteQuantity: string } => {
  const [size, price] = [
    parseSize(fixedText(lots, listing.quantityDigits))!,
    parseSize(fixedText(ticks, listing.priceDigits))!
  ]
  if (listing.contractSize === undefined) return { quantity: size, quoteQuantity: multiplyDecimals(size, price) }
  const { quantity, quoteQuantity = '' } = inverseSizes(size, String(listing.contractSize), price)
  return { quantity, quoteQuantity }
}

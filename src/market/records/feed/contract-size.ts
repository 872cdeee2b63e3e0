import { divideDecimals, multiplyDecimals } from '../../decimal.ts'
import type { Instrument } from '../../instrument.ts'
import type { Trade } from './trade.ts'

/** An instrument as it is followed, with what a contract of it holds, where its exchange counts contracts. */
export type SizedInstrument = Instrument & {
  /** Of the base currency; of an inverse contract, of the quote currency. */
  readonly contractSize?: string
}

/** So many digits behind the point has a size in the base currency that has no end of digits. */
const BASE_DIGITS = 18

/** An amount of the quote currency in the base currency, rounded half to even: the one rule by which such sizes come about. */
export const baseQuantity = (quoteQuantity: string, price: string): string =>
  divideDecimals(quoteQuantity, price, BASE_DIGITS)

type Sizes = Pick<Trade, 'quantity' | 'contracts' | 'quoteQuantity'>

/** Contracts that hold so much of the base currency each: both sizes are exact. */
export const linearSizes = (contracts: string, contractSize: string): Sizes => ({
  quantity: multiplyDecimals(contracts, contractSize),
  contracts
})

/** An amount of the quote currency, where the exchange tells that instead of contracts. */
export const quoteSizes = (quoteQuantity: string, price: string): Sizes => ({
  quantity: baseQuantity(quoteQuantity, price),
  quoteQuantity
})

/** Contracts that hold so much of the quote currency each: what they are in it is exact, what in the base currency is rounded. */
export const inverseSizes = (contracts: string, contractSize: string, price: string): Sizes => {
  const quoteQuantity = multiplyDecimals(contracts, contractSize)
  return { quantity: baseQuantity(quoteQuantity, price), contracts, quoteQuantity }
}

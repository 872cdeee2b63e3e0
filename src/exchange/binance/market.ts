import type { Instrument } from '../../market/instrument.ts'

/** One of Binance's markets: they share their forms, and differ in paths, names and prices of requests. */
export type BinanceMarket = {
  /** Path of its REST interface. */
  readonly rest: string
  /** How it writes an instrument. */
  readonly native: (of: Instrument) => string
}

/** The name as a value in a query: it may hold signs beyond ASCII. */
export const querySymbol = (market: BinanceMarket, of: Instrument): string => encodeURIComponent(market.native(of))

/** A stream's name begins with the instrument's. */
export const streamPrefix = (market: BinanceMarket, of: Instrument): string => market.native(of).toLowerCase()

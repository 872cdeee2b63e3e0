import type { Instrument } from '../../market/instrument.ts'

/** One of Binance's markets: they share their forms, and differ in paths, names and prices of requests. */
export type BinanceMarket = {
  /** Path of its REST interface. */
  readonly rest: string
  /** How it writes an instrument. */
  readonly native: (instrument: Instrument) => string
}

/** The name as a value in a query: it may hold signs beyond ASCII. */
export const querySymbol = (market: BinanceMarket, instrument: Instrument): string =>
  encodeURIComponent(market.native(instrument))

/** A stream's name begins with the instrument's. */
export const streamPrefix = (market: BinanceMarket, instrument: Instrument): string =>
  market.native(instrument).toLowerCase()

import type { Instrument } from '../../market/instrument.ts'
import type { Exchange } from '../exchange.ts'

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

/** What each of its markets allows: the same, but for the messages that a connection may send in a second. */
export const marketLimits = (messagesPerSecond: number): Exchange['limits'] => ({
  streamsPerConnection: 1024,
  streamBytesInAddress: 4_000,
  streamsPerMessage: 200,
  connects: { max: 300, perMs: 300_000 },
  connectionLifetimeMs: 86_400_000,
  messages: { max: messagesPerSecond, perMs: 1_000 },
  tradesPerPage: 1000
})

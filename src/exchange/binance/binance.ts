import type { Exchange } from '../exchange.ts'
import { nativeSymbol } from './native-symbol.ts'
import { binanceBook } from './rest/book.ts'
import { binanceHistory } from './rest/history.ts'
import { binanceKlines } from './rest/klines.ts'
import { binanceListing } from './rest/listing.ts'
import { decodeFrame } from './stream/decode.ts'

/** Binance spot under an id of its own, so that an exchange on this machine can speak the same tongue. */
export const createBinance = (id: string): Exchange => ({
  id,
  gapDetection: 'id',
  limits: {
    streamsPerConnection: 1024,
    connectionsPer5Minutes: 300,
    connectionLifetimeMs: 86_400_000,
    messagesPerSecond: 5,
    weightPerMinute: 6000,
    tradesPerPage: 1000
  },
  tradeStream: of => `${nativeSymbol(of).toLowerCase()}@trade`,
  tickerStream: of => `${nativeSymbol(of).toLowerCase()}@ticker`,
  // The signs between streams stay as they are; names beyond ASCII are percent-encoded.
  socketPath: streams => encodeURI(`/stream?streams=${streams.join('/')}`),
  subscribe: (streams, requestId) => JSON.stringify({ method: 'SUBSCRIBE', params: streams, id: requestId }),
  decode: decodeFrame,
  history: binanceHistory,
  listing: binanceListing,
  klines: binanceKlines,
  book: binanceBook
})

import type { Exchange } from '../exchange.ts'
import { nativeSymbol } from './native-symbol.ts'
import { binanceRefusals } from './refusals.ts'
import { binanceBook } from './rest/book.ts'
import { binanceHistory } from './rest/history.ts'
import { binanceKlines } from './rest/klines.ts'
import { binanceListing } from './rest/listing.ts'
import { binanceRest } from './rest/rest-interface.ts'
import { decodeFrame } from './stream/decode.ts'

/** Binance spot under an id of its own, so that an exchange on this machine can speak the same tongue. */
export const createBinance = (id: string) =>
  ({
    id,
    chain: 'id',
    urls: {
      ws: { base: 'wss://stream.binance.com:9443', setting: 'BINANCE_WS_URL' },
      rest: { base: 'https://api.binance.com', setting: 'BINANCE_REST_URL' }
    },
    limits: {
      streamsPerConnection: 1024,
      streamBytesInAddress: 4_000,
      streamsPerMessage: 200,
      connects: { max: 300, perMs: 300_000 },
      connectionLifetimeMs: 86_400_000,
      messages: { max: 5, perMs: 1_000 },
      tradesPerPage: 1000
    },
    rest: binanceRest,
    refusals: binanceRefusals,
    tradeStream: of => `${nativeSymbol(of).toLowerCase()}@trade`,
    tickerStream: of => `${nativeSymbol(of).toLowerCase()}@ticker`,
    // The signs between streams stay as they are; names beyond ASCII are percent-encoded.
    socketPath: streams => encodeURI(`/stream?streams=${streams.join('/')}`),
    route: () => '',
    subscribe: (streams, requestId) => [JSON.stringify({ method: 'SUBSCRIBE', params: streams, id: requestId })],
    keepAlive: null,
    decode: decodeFrame,
    history: binanceHistory,
    listing: binanceListing,
    klines: binanceKlines,
    book: binanceBook
  }) satisfies Exchange

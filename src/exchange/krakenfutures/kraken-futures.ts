import type { Exchange } from '../exchange.ts'
import { SHARED_REFUSALS } from '../refusal-words.ts'
import { isInverse } from '../unified-symbol.ts'
import { decodeFrame } from './decode.ts'
import { KEEP_ALIVE, productId, subscribe } from './names.ts'
import { futuresHistory, futuresKlines, futuresListing, futuresRest } from './rest.ts'

/** Kraken Futures: linear perpetual contracts, and inverse ones. */
export const krakenFutures = {
  id: 'krakenfutures',
  chain: 'sequence',
  countsContracts: isInverse,
  urls: {
    ws: { base: 'wss://futures.kraken.com', setting: 'KRAKENFUTURES_WS_URL' },
    rest: { base: 'https://futures.kraken.com', setting: 'KRAKENFUTURES_REST_URL' }
  },
  limits: {
    // 100 requests a second. It tells no other number: these are modest.
    streamsPerConnection: 200,
    streamBytesInAddress: 0,
    streamsPerMessage: 50,
    connects: { max: 10, perMs: 10_000 },
    connectionLifetimeMs: 86_400_000,
    messages: { max: 20, perMs: 1_000 },
    tradesPerPage: 100
  },
  rest: futuresRest,
  refusals: SHARED_REFUSALS,
  // Nothing else is subscribed to: a stream has the name of its product.
  tradeStream: productId,
  // Its ticker counts no trades.
  tickerStream: null,
  route: () => '',
  socketPath: () => '/ws/v1',
  subscribe,
  keepAlive: { message: KEEP_ALIVE, everyMs: 30_000 },
  decode: decodeFrame,
  history: futuresHistory,
  listing: futuresListing,
  klines: futuresKlines,
  book: null
} satisfies Exchange

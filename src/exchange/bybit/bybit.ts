import type { Exchange } from '../exchange.ts'
import { SHARED_REFUSALS } from '../refusal-words.ts'
import { bybitHistory } from './rest/history.ts'
import { bybitKlines } from './rest/klines.ts'
import { bybitListing } from './rest/listing.ts'
import { bybitRest } from './rest/rest-interface.ts'
import { decodeFrame } from './stream/decode.ts'
import { route, subscribe, tradeStream } from './stream/subscribe.ts'

/** Bybit: spot, and perpetual contracts that are settled in their quote currency. */
export const bybit = {
  id: 'bybit',
  chain: null,
  urls: {
    ws: { base: 'wss://stream.bybit.com', setting: 'BYBIT_WS_URL' },
    rest: { base: 'https://api.bybit.com', setting: 'BYBIT_REST_URL' }
  },
  limits: {
    // 21,000 characters of topics on one connection.
    streamsPerConnection: 500,
    streamBytesInAddress: 0,
    // Of spot; contracts may be more.
    streamsPerMessage: 10,
    connects: { max: 500, perMs: 300_000 },
    connectionLifetimeMs: 86_400_000,
    // It tells no number: this is modest.
    messages: { max: 10, perMs: 1_000 },
    tradesPerPage: 1000
  },
  rest: bybitRest,
  refusals: SHARED_REFUSALS,
  tradeStream,
  // Its tickers tell no count of trades, and those of contracts only what has changed since the message before.
  tickerStream: null,
  route,
  socketPath: (_, category) => `/v5/public/${category}`,
  subscribe,
  keepAlive: { message: '{"op":"ping"}', everyMs: 20_000 },
  decode: decodeFrame,
  history: bybitHistory,
  listing: bybitListing,
  klines: bybitKlines,
  book: null
} satisfies Exchange

import type { Exchange } from '../exchange.ts'
import { SHARED_REFUSALS } from '../refusal-words.ts'
import { decodeFrame } from './decode.ts'
import { okxListing } from './listing.ts'
import { isContract, subscribe, tradeStream } from './names.ts'
import { okxHistory, okxKlines, okxRest } from './rest.ts'

/** OKX: spot, and contracts with and without an end, linear and inverse; every fill by itself. */
export const okx = {
  id: 'okx',
  chain: 'id',
  countsContracts: isContract,
  urls: {
    ws: { base: 'wss://ws.okx.com:8443', setting: 'OKX_WS_URL' },
    rest: { base: 'https://www.okx.com', setting: 'OKX_REST_URL' }
  },
  limits: {
    // 480 requests an hour, of 64 KiB each.
    streamsPerConnection: 400,
    streamBytesInAddress: 0,
    streamsPerMessage: 100,
    connects: { max: 3, perMs: 1_000 },
    connectionLifetimeMs: 86_400_000,
    messages: { max: 6, perMs: 1_000 },
    tradesPerPage: 100
  },
  rest: okxRest,
  refusals: SHARED_REFUSALS,
  tradeStream,
  // Its tickers tell no count of trades.
  tickerStream: null,
  route: () => '',
  socketPath: () => '/ws/v5/business',
  subscribe,
  keepAlive: { message: 'ping', everyMs: 20_000 },
  decode: decodeFrame,
  history: okxHistory,
  listing: okxListing,
  klines: okxKlines,
  book: null
} satisfies Exchange

import type { Exchange } from '../exchange.ts'
import { SHARED_REFUSALS } from '../refusal-words.ts'
import { decodeFrame } from './decode.ts'
import { subscribe, TEST, tradeStream } from './names.ts'
import { deribitHistory, deribitKlines, deribitListing, deribitRest } from './rest.ts'

/** Deribit: spot and futures, linear and inverse. */
export const deribit = {
  id: 'deribit',
  chain: 'sequence',
  urls: {
    ws: { base: 'wss://www.deribit.com', setting: 'DERIBIT_WS_URL' },
    rest: { base: 'https://www.deribit.com', setting: 'DERIBIT_REST_URL' }
  },
  limits: {
    // 500 channels; 32 connections from one address.
    streamsPerConnection: 400,
    streamBytesInAddress: 0,
    streamsPerMessage: 100,
    connects: { max: 5, perMs: 1_000 },
    connectionLifetimeMs: 86_400_000,
    messages: { max: 8, perMs: 1_000 },
    tradesPerPage: 1000
  },
  rest: deribitRest,
  refusals: SHARED_REFUSALS,
  tradeStream,
  // Its tickers tell no count of trades.
  tickerStream: null,
  route: () => '',
  socketPath: () => '/ws/api/v2',
  subscribe,
  keepAlive: { message: TEST, everyMs: 30_000 },
  decode: decodeFrame,
  history: deribitHistory,
  listing: deribitListing,
  klines: deribitKlines,
  book: null
} satisfies Exchange

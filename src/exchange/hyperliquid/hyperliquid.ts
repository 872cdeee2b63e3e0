import type { Exchange } from '../exchange.ts'
import { SHARED_REFUSALS } from '../refusal-words.ts'
import { decodeFrame } from './decode.ts'
import { coinName, subscribe } from './names.ts'
import { hyperliquidHistory, hyperliquidKlines, hyperliquidListing, hyperliquidRest } from './rest.ts'

/** Hyperliquid: perpetual contracts that are settled in USDC, those of builders too. */
export const hyperliquid = {
  id: 'hyperliquid',
  chain: null,
  urls: {
    ws: { base: 'wss://api.hyperliquid.xyz', setting: 'HYPERLIQUID_WS_URL' },
    rest: { base: 'https://api.hyperliquid.xyz', setting: 'HYPERLIQUID_REST_URL' }
  },
  limits: {
    // 1,000 subscriptions of one address, on all its connections: one that takes over has the same again.
    streamsPerConnection: 400,
    streamBytesInAddress: 0,
    streamsPerMessage: 1,
    connects: { max: 30, perMs: 60_000 },
    connectionLifetimeMs: 86_400_000,
    // 2,000 a minute of one address.
    messages: { max: 15, perMs: 1_000 },
    tradesPerPage: 10
  },
  rest: hyperliquidRest,
  refusals: SHARED_REFUSALS,
  // Streams are of trades alone, and named by their coin.
  tradeStream: coinName,
  // Its tickers tell no count of trades.
  tickerStream: null,
  route: () => '',
  socketPath: () => '/ws',
  subscribe,
  // It ends a connection on which it has heard nothing for a minute.
  keepAlive: { message: '{"method":"ping"}', everyMs: 30_000 },
  decode: decodeFrame,
  history: hyperliquidHistory,
  listing: hyperliquidListing,
  klines: hyperliquidKlines,
  book: null
} satisfies Exchange

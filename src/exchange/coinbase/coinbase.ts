import type { Exchange } from '../exchange.ts'
import { SHARED_REFUSALS } from '../refusal-words.ts'
import { coinbaseCandles } from './rest/candles.ts'
import { coinbaseHistory } from './rest/history.ts'
import { coinbaseListing } from './rest/listing.ts'
import { coinbaseRest } from './rest/rest-interface.ts'
import { decodeFrame } from './stream/decode.ts'
import { subscribe, tradeStream } from './stream/subscribe.ts'

/** Coinbase Exchange, which needs no key for any of this. */
export const coinbase = {
  id: 'coinbaseexchange',
  chain: 'id',
  urls: {
    ws: { base: 'wss://ws-feed.exchange.coinbase.com', setting: 'COINBASEEXCHANGE_WS_URL' },
    rest: { base: 'https://api.exchange.coinbase.com', setting: 'COINBASEEXCHANGE_REST_URL' }
  },
  limits: {
    // It tells no number: these are modest.
    streamsPerConnection: 100,
    streamBytesInAddress: 0,
    streamsPerMessage: 50,
    // 8 requests a second from one address; others share it.
    connects: { max: 4, perMs: 1_000 },
    connectionLifetimeMs: 86_400_000,
    messages: { max: 20, perMs: 1_000 },
    tradesPerPage: 1000
  },
  rest: coinbaseRest,
  refusals: SHARED_REFUSALS,
  tradeStream,
  // Its ticker tells neither the volume in the quote currency nor how many trades there were.
  tickerStream: null,
  route: () => '',
  socketPath: () => '/',
  subscribe,
  keepAlive: null,
  decode: decodeFrame,
  history: coinbaseHistory,
  listing: coinbaseListing,
  klines: coinbaseCandles,
  book: null
} satisfies Exchange

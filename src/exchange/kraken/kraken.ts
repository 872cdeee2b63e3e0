import type { Exchange } from '../exchange.ts'
import { SHARED_REFUSALS } from '../refusal-words.ts'
import { isIntact } from './book-checksum.ts'
import { krakenHistory } from './rest/history.ts'
import { krakenKlines } from './rest/klines.ts'
import { krakenListing } from './rest/listing.ts'
import { krakenRest } from './rest/rest-interface.ts'
import { decodeFrame } from './stream/decode.ts'
import { BOOK_DEPTH, bookStream, renewBook, subscribe, tradeStream } from './stream/subscribe.ts'

/** Kraken spot: crypto, currencies and tokenized shares. */
export const kraken = {
  id: 'kraken',
  chain: 'id',
  urls: {
    ws: { base: 'wss://ws.kraken.com', setting: 'KRAKEN_WS_URL' },
    rest: { base: 'https://api.kraken.com', setting: 'KRAKEN_REST_URL' }
  },
  limits: {
    // It tells no number, nor how many messages it takes: these are modest.
    streamsPerConnection: 200,
    streamBytesInAddress: 0,
    streamsPerMessage: 50,
    // About 150 within ten minutes, says its support; others share the address.
    connects: { max: 100, perMs: 600_000 },
    connectionLifetimeMs: 86_400_000,
    messages: { max: 8, perMs: 1_000 },
    tradesPerPage: 1000
  },
  rest: krakenRest,
  refusals: SHARED_REFUSALS,
  tradeStream,
  // Its ticker tells neither the volume in the quote currency nor how many trades there were.
  tickerStream: null,
  route: () => '',
  socketPath: () => '/v2',
  subscribe,
  keepAlive: { message: '{"method":"ping"}', everyMs: 30_000 },
  decode: decodeFrame,
  history: krakenHistory,
  listing: krakenListing,
  klines: krakenKlines,
  book: { stream: bookStream, depth: BOOK_DEPTH, isIntact, renew: renewBook }
} satisfies Exchange

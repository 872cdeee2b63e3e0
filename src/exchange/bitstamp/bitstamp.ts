import type { Exchange } from '../exchange.ts'
import { SHARED_REFUSALS } from '../refusal-words.ts'
import { decodeFrame } from './decode.ts'
import { subscribe, tradeStream } from './names.ts'
import { bitstampHistory, bitstampKlines, bitstampListing, bitstampRest } from './rest.ts'

/** Bitstamp spot. */
export const bitstamp = {
  id: 'bitstamp',
  chain: null,
  urls: {
    ws: { base: 'wss://ws.bitstamp.net', setting: 'BITSTAMP_WS_URL' },
    rest: { base: 'https://www.bitstamp.net', setting: 'BITSTAMP_REST_URL' }
  },
  limits: {
    // It tells no number, nor how many messages it takes: these are modest.
    streamsPerConnection: 100,
    streamBytesInAddress: 0,
    streamsPerMessage: 1,
    connects: { max: 5, perMs: 1_000 },
    connectionLifetimeMs: 90 * 86_400_000,
    messages: { max: 20, perMs: 1_000 },
    tradesPerPage: 1000
  },
  rest: bitstampRest,
  refusals: SHARED_REFUSALS,
  tradeStream,
  // Its ticker is asked for, not sent.
  tickerStream: null,
  route: () => '',
  socketPath: () => '/',
  subscribe,
  keepAlive: { message: '{"event":"bts:heartbeat"}', everyMs: 20_000 },
  decode: decodeFrame,
  history: bitstampHistory,
  listing: bitstampListing,
  klines: bitstampKlines,
  book: null
} satisfies Exchange

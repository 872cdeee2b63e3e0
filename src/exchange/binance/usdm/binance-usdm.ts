import type { Exchange } from '../../exchange.ts'
import { futuresRefusals } from '../refusals.ts'
import { createBook } from '../rest/book.ts'
import { createKlines } from '../rest/klines.ts'
import { readListing, readTurnover } from '../rest/listing.ts'
import { createRestInterface } from '../rest/rest-interface.ts'
import { createDecode } from '../stream/decode.ts'
import { combinedPath, marketStreams, QUOTE_EVENTS } from '../stream/market-streams.ts'
import { aggregateFrame } from './decode-aggregate-trade.ts'
import { futuresDepthFrame } from './depth.ts'
import { usdmHistory } from './history.ts'
import { tradingSchedule } from './trading-schedule.ts'
import { usdmMarket } from './usdm-market.ts'

const BOOK_COST = 20

/** Order books come on sockets of their own; what is asked for on the wrong ones is confirmed and never sent. */
const isPublic = (stream: string): boolean => /@(?:depth|bookTicker)/.test(stream)

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Kline-Candlestick-Data */
const klineCost = (limit: number): number => {
  if (limit < 100) return 1
  return limit < 500 ? 2 : 5
}

/** Binance's futures that are settled in their quote currency, perpetual and dated. */
export const binanceUsdm = {
  id: 'binanceusdm',
  chain: 'id',
  urls: {
    ws: { base: 'wss://fstream.binance.com', setting: 'BINANCEUSDM_WS_URL' },
    rest: { base: 'https://fapi.binance.com', setting: 'BINANCEUSDM_REST_URL' }
  },
  limits: {
    streamsPerConnection: 1024,
    streamBytesInAddress: 4_000,
    streamsPerMessage: 200,
    connects: { max: 300, perMs: 300_000 },
    connectionLifetimeMs: 86_400_000,
    messages: { max: 10, perMs: 1_000 },
    tradesPerPage: 1000
  },
  rest: createRestInterface(usdmMarket, 2_400),
  refusals: futuresRefusals,
  ...marketStreams(usdmMarket, 'aggTrade'),
  route: stream => (isPublic(stream) ? 'public' : 'market'),
  socketPath: (streams, route) => `/${route}${combinedPath(streams)}`,
  decode: createDecode(usdmMarket, {
    ...QUOTE_EVENTS,
    aggTrade: { ending: '@aggTrade', read: aggregateFrame },
    depthUpdate: { ending: '@depth@100ms', read: futuresDepthFrame }
  }),
  history: usdmHistory,
  listing: {
    // It gives all, whatever it is asked for.
    request: () => ({ path: `${usdmMarket.rest}/exchangeInfo`, cost: 1 }),
    ...readListing(usdmMarket),
    turnover: readTurnover(usdmMarket, 40),
    calendar: tradingSchedule,
    suspended: ['PENDING_TRADING', 'DELIVERED', 'SETTLING', 'CLOSE']
  },
  klines: createKlines(usdmMarket, { intervals: ['1m', '5m', '15m', '1h', '1d'], costOf: klineCost }),
  book: createBook(usdmMarket, BOOK_COST)
} satisfies Exchange

import type { Exchange } from '../../exchange.ts'
import { aggregatesArchive } from '../archive.ts'
import { createBook } from '../rest/book.ts'
import { createKlines } from '../rest/klines.ts'
import { readListing, readTurnover } from '../rest/listing.ts'
import { createDecode } from '../stream/decode.ts'
import { combinedPath, QUOTE_EVENTS } from '../stream/market-streams.ts'
import { createAggregates } from './decode-aggregate-trade.ts'
import { futuresDepthFrame } from './depth.ts'
import { BOOK_COST, createFutures, klineCost, listRequest } from './futures.ts'
import { createHistory } from './history.ts'
import { tradingSchedule } from './trading-schedule.ts'
import { usdmMarket as market } from './usdm-market.ts'

/** Sizes are in the base currency already. */
const aggregates = createAggregates(quantity => ({ quantity }))

/** Order books come on sockets of their own; what is asked for on the wrong ones is confirmed and never sent. */
const isPublic = (stream: string): boolean => /@(?:depth|bookTicker)/.test(stream)

/** Binance's futures that are settled in their quote currency, perpetual and dated. */
export const binanceUsdm = {
  ...createFutures(market),
  id: 'binanceusdm',
  urls: {
    ws: { base: 'wss://fstream.binance.com', setting: 'BINANCEUSDM_WS_URL' },
    rest: { base: 'https://fapi.binance.com', setting: 'BINANCEUSDM_REST_URL' }
  },
  route: stream => (isPublic(stream) ? 'public' : 'market'),
  socketPath: (streams, route) => `/${route}${combinedPath(streams)}`,
  decode: createDecode(market, {
    ...QUOTE_EVENTS,
    aggTrade: { ending: '@aggTrade', read: aggregates.frame },
    depthUpdate: { ending: '@depth@100ms', read: futuresDepthFrame }
  }),
  history: createHistory(market, aggregates.historical),
  archive: aggregatesArchive(market, aggregates.historical),
  listing: {
    request: listRequest(market),
    ...readListing(market),
    turnover: readTurnover(market, 40),
    calendar: tradingSchedule,
    suspended: ['PENDING_TRADING', 'DELIVERED', 'SETTLING', 'CLOSE']
  },
  klines: createKlines(market, { intervals: ['1m', '5m', '15m', '1h', '1d'], costOf: klineCost }),
  book: createBook(market, BOOK_COST)
} satisfies Exchange

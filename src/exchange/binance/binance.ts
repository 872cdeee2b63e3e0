import type { Exchange } from '../exchange.ts'
import { printsArchive } from './archive.ts'
import { marketLimits } from './market.ts'
import { binanceRefusals } from './refusals.ts'
import { createBook } from './rest/book.ts'
import { createKlines } from './rest/klines.ts'
import { createRestInterface } from './rest/rest-interface.ts'
import { historicalTrade, tradeFrame } from './spot/decode-trade.ts'
import { spotHistory } from './spot/history.ts'
import { spotListing } from './spot/listing.ts'
import { spotMarket } from './spot/spot-market.ts'
import { createDecode } from './stream/decode.ts'
import { combinedPath, marketStreams, QUOTE_EVENTS } from './stream/market-streams.ts'

/** 5000 levels would cost 250: twenty books a minute. */
const BOOK_COST = 50

/** Binance spot under an id of its own, so that an exchange on this machine can speak the same tongue. */
export const createBinance = (id: string) =>
  ({
    id,
    chain: 'id',
    urls: {
      ws: { base: 'wss://stream.binance.com:9443', setting: 'BINANCE_WS_URL' },
      rest: { base: 'https://api.binance.com', setting: 'BINANCE_REST_URL' }
    },
    limits: marketLimits(5),
    rest: createRestInterface(spotMarket, 6_000),
    refusals: binanceRefusals,
    ...marketStreams(spotMarket, 'trade'),
    route: () => '',
    socketPath: streams => combinedPath(streams),
    decode: createDecode(spotMarket, { ...QUOTE_EVENTS, trade: { ending: '@trade', read: tradeFrame } }),
    history: spotHistory,
    archive: printsArchive(spotMarket, historicalTrade),
    listing: spotListing,
    klines: createKlines(spotMarket, { intervals: ['1s', '1m', '5m', '15m', '1h', '1d'], costOf: () => 2 }),
    book: createBook(spotMarket, BOOK_COST)
  }) satisfies Exchange

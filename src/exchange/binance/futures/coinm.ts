import { multiplyDecimals } from '../../../market/decimal.ts'
import type { Instrument } from '../../../market/instrument.ts'
import type { BookLevel } from '../../../market/records/feed/book.ts'
import { inverseSizes, type SizedInstrument } from '../../../market/records/feed/contract-size.ts'
import type { BookLevels, Exchange } from '../../exchange.ts'
import { contractSizeOf, decimal } from '../../fields.ts'
import { symbolParts, unlistedName } from '../../unified-symbol.ts'
import type { BinanceMarket } from '../market.ts'
import { createBook } from '../rest/book.ts'
import { createKlines } from '../rest/klines.ts'
import { readListing } from '../rest/listing.ts'
import { createDecode } from '../stream/decode.ts'
import { klineFrameOf, type VolumesOf } from '../stream/decode-kline.ts'
import { tickerFrame } from '../stream/decode-ticker.ts'
import { combinedPath } from '../stream/market-streams.ts'
import { createAggregates } from './decode-aggregate-trade.ts'
import { futuresDepthFrame } from './depth.ts'
import { BOOK_COST, createFutures, klineCost, listRequest } from './futures.ts'
import { createHistory } from './history.ts'

/** `BTC/USD:BTC` → `BTCUSD_PERP`, `BTC/USD:BTC-261225` → `BTCUSD_261225`. */
const contractName = ({ symbol }: Instrument): string => {
  const { base, quote, settle, ending = 'PERP' } = symbolParts(symbol) ?? {}
  return base === undefined || settle !== base ? unlistedName(symbol) : `${base}${quote}_${ending}`
}

const market: BinanceMarket = { rest: '/dapi/v1', native: contractName }

const DAY_MS = 86_400_000

/** It counts contracts of so many dollars, as its list tells: 100 of Bitcoin, 10 of others. */
const aggregates = createAggregates((contracts, price, instrument) =>
  inverseSizes(contracts, contractSizeOf(instrument), price)
)

/** Where other markets tell the base currency it tells contracts, and the base currency, rounded, where others tell the quote currency. */
const volumesOf: VolumesOf = ({ volume, takerBuyVolume }, instrument) => ({
  volume: null,
  quoteVolume: multiplyDecimals(decimal(...volume), contractSizeOf(instrument)),
  takerBuyVolume: null,
  takerBuyQuoteVolume: multiplyDecimals(decimal(...takerBuyVolume), contractSizeOf(instrument))
})

const inverseTicker: typeof tickerFrame = (data, instrument, receivedAt) => {
  const event = tickerFrame(data, instrument, receivedAt)
  const { baseVolume: contracts, quoteVolume: baseVolume } = event.ticker
  return {
    ...event,
    ticker: { ...event.ticker, baseVolume, quoteVolume: multiplyDecimals(contracts, contractSizeOf(instrument)) }
  }
}

const inBase = ({ bids, asks }: BookLevels, instrument: SizedInstrument): BookLevels => {
  const size = contractSizeOf(instrument)
  const level = ([price, contracts]: BookLevel): BookLevel => [price, inverseSizes(contracts, size, price).quantity]
  return { bids: bids.map(level), asks: asks.map(level) }
}

const inverseDepth: typeof futuresDepthFrame = (data, instrument, receivedAt) => {
  const diff = futuresDepthFrame(data, instrument, receivedAt)
  return { ...diff, ...inBase(diff, instrument) }
}

const book = createBook(market, BOOK_COST)

/**
 * Binance's futures that are settled in their base currency, perpetual and dated. Their sockets have no routes.
 * https://developers.binance.com/docs/derivatives/coin-margined-futures/general-info
 */
export const binanceCoinm = {
  ...createFutures(market),
  id: 'binancecoinm',
  urls: {
    ws: { base: 'wss://dstream.binance.com', setting: 'BINANCECOINM_WS_URL' },
    rest: { base: 'https://dapi.binance.com', setting: 'BINANCECOINM_REST_URL' }
  },
  countsContracts: () => true,
  route: () => '',
  socketPath: streams => combinedPath(streams),
  decode: createDecode(market, {
    aggTrade: { ending: '@aggTrade', read: aggregates.frame },
    depthUpdate: { ending: '@depth@100ms', read: inverseDepth },
    '24hrTicker': { ending: '@ticker', read: inverseTicker },
    kline: { ending: '@kline_1m', read: klineFrameOf(volumesOf) }
  }),
  history: createHistory(market, aggregates.historical),
  listing: {
    request: listRequest(market),
    ...readListing(market),
    suspended: ['PENDING_TRADING', 'PRE_DELIVERING', 'DELIVERING', 'DELIVERED', 'PRE_SETTLE', 'SETTLING', 'CLOSE']
  },
  // A range is 200 days at most: https://developers.binance.com/docs/derivatives/coin-margined-futures/market-data/rest-api/Kline-Candlestick-Data
  klines: createKlines(market, {
    intervals: ['1m', '5m', '15m', '1h', '1d'],
    costOf: klineCost,
    volumesOf,
    rangeMs: 200 * DAY_MS
  }),
  book: {
    ...book,
    decodeSnapshot: (body, instrument) => {
      const snapshot = book.decodeSnapshot(body)
      return { ...snapshot, ...inBase(snapshot, instrument) }
    }
  }
} satisfies Exchange

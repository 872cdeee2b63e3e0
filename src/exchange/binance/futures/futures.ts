import type { Exchange } from '../../exchange.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { type BinanceMarket, marketLimits } from '../market.ts'
import { futuresRefusals } from '../refusals.ts'
import { createRestInterface } from '../rest/rest-interface.ts'
import { marketStreams } from '../stream/market-streams.ts'

/** A snapshot of an order book costs so much. */
export const BOOK_COST = 20

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Kline-Candlestick-Data */
export const klineCost = (limit: number): number => {
  if (limit < 100) return 1
  return limit < 500 ? 2 : 5
}

/** What both futures markets have alike. */
export const createFutures = (market: BinanceMarket) =>
  ({
    chain: 'id',
    limits: marketLimits(10),
    rest: createRestInterface(market, 2_400),
    refusals: futuresRefusals,
    ...marketStreams(market, 'aggTrade')
  }) satisfies Partial<Exchange>

/** It gives all, whatever it is asked for. */
export const listRequest =
  ({ rest }: BinanceMarket) =>
  (): RestRequest => ({ path: `${rest}/exchangeInfo`, cost: 1 })

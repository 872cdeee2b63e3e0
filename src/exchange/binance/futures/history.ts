import type { Instrument } from '../../../market/instrument.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange, HistoryStart } from '../../exchange.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { type BinanceMarket, querySymbol } from '../market.ts'
import { firstAggregateFrom, tradesFrom } from '../rest/history-pages.ts'

const COST = 20

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Compressed-Aggregate-Trades-List */
export const createHistory = (
  market: BinanceMarket,
  historical: (row: unknown, instrument: Instrument, receivedAt: EpochMs) => Trade
) =>
  ({
    trades: (instrument: Instrument, from: HistoryStart | null, limit: number): RestRequest => ({
      path: `${market.rest}/aggTrades?symbol=${querySymbol(market, instrument)}&limit=${limit}${from === null ? '' : `&fromId=${from.id}`}`,
      cost: COST
    }),
    decodeTrades: tradesFrom(historical),
    firstFrom: firstAggregateFrom(market, { idField: 'a', cost: COST })
  }) satisfies Exchange['history']

import type { Instrument } from '../../../market/instrument.ts'
import type { Exchange, HistoryStart } from '../../exchange.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { querySymbol } from '../market.ts'
import { firstAggregateFrom, tradesFrom } from '../rest/history-pages.ts'
import { historicalTrade } from './decode-trade.ts'
import { spotMarket } from './spot-market.ts'

const COST = 25
const AGGREGATES_COST = 4

/**
 * The newest are asked for where the hosts for market data alone have them too:
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints
 */
const trades = (instrument: Instrument, from: HistoryStart | null, limit: number): RestRequest => {
  const [name, fromId] = from === null ? ['trades', ''] : ['historicalTrades', `&fromId=${from.id}`]
  return {
    path: `${spotMarket.rest}/${name}?symbol=${querySymbol(spotMarket, instrument)}&limit=${limit}${fromId}`,
    cost: COST
  }
}

/** Trades cannot be asked for by time; aggregates can, and tell their first trade. */
export const spotHistory = {
  trades,
  decodeTrades: tradesFrom(historicalTrade),
  firstFrom: firstAggregateFrom(spotMarket, { idField: 'f', cost: AGGREGATES_COST })
} satisfies Exchange['history']

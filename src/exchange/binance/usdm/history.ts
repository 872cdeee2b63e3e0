import type { Instrument } from '../../../market/instrument.ts'
import type { Exchange, HistoryStart } from '../../exchange.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { querySymbol } from '../market.ts'
import { firstAggregateFrom, tradesFrom } from '../rest/history-pages.ts'
import { historicalAggregate } from './decode-aggregate-trade.ts'
import { usdmMarket } from './usdm-market.ts'

const COST = 20

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Compressed-Aggregate-Trades-List */
const trades = (instrument: Instrument, from: HistoryStart | null, limit: number): RestRequest => ({
  path: `${usdmMarket.rest}/aggTrades?symbol=${querySymbol(usdmMarket, instrument)}&limit=${limit}${from === null ? '' : `&fromId=${from.id}`}`,
  cost: COST
})

export const usdmHistory = {
  trades,
  decodeTrades: tradesFrom(historicalAggregate),
  firstFrom: firstAggregateFrom(usdmMarket, { idField: 'a', cost: COST })
} satisfies Exchange['history']

import { TickstreamError } from '../../market/error.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { EpochMs } from '../../market/time.ts'
import type { Trade } from '../../market/trade.ts'
import type { Exchange, HistoryRequest } from '../exchange.ts'
import { historicalTrade } from './decode.ts'
import { nativeSymbol } from './native-symbol.ts'

const WEIGHT = 25

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints */
const trades = (of: Instrument, fromId: string | null, limit: number): HistoryRequest => ({
  path: `/api/v3/historicalTrades?symbol=${nativeSymbol(of)}&limit=${limit}${fromId === null ? '' : `&fromId=${fromId}`}`,
  weight: WEIGHT
})

const decodeTrades = (body: unknown, of: Instrument, receivedAt: EpochMs): readonly Trade[] => {
  if (!Array.isArray(body))
    throw new TickstreamError('data', `history of ${of.symbol}: ${JSON.stringify(body)?.slice(0, 200)} is no list`)
  return body.map(row => historicalTrade(row, of, receivedAt)).sort((a, b) => Number(a.id) - Number(b.id))
}

export const binanceHistory: Exchange['history'] = { trades, decodeTrades }

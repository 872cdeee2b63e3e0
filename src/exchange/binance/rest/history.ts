import { TickstreamError } from '../../../market/error.ts'
import type { Instrument } from '../../../market/instrument.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange, HistoryStart } from '../../exchange.ts'
import { fail, isFields, type Unchecked, wholeNumber } from '../../fields.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { querySymbol } from '../native-symbol.ts'
import { historicalTrade } from '../stream/decode.ts'
import type { BinanceAggregate } from '../wire.ts'

const COST = 25
const AGGREGATES_COST = 4

/**
 * The newest are asked for where the hosts for market data alone have them too:
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints
 */
const trades = (of: Instrument, from: HistoryStart | null, limit: number): RestRequest => {
  const [name, fromId] = from === null ? ['trades', ''] : ['historicalTrades', `&fromId=${from.id}`]
  return { path: `/api/v3/${name}?symbol=${querySymbol(of)}&limit=${limit}${fromId}`, cost: COST }
}

const decodeTrades = (body: unknown, of: Instrument, receivedAt: EpochMs): readonly Trade[] => {
  if (!Array.isArray(body))
    throw new TickstreamError('TS-DATA', `history of ${of.symbol}: ${JSON.stringify(body)?.slice(0, 200)} is no list`)
  return body.map(row => historicalTrade(row, of, receivedAt)).sort((a, b) => Number(a.id) - Number(b.id))
}

/** Trades cannot be asked for by time; aggregates can, and all trades of one are of the same time. */
const firstFrom = (of: Instrument, time: EpochMs): RestRequest => ({
  path: `/api/v3/aggTrades?symbol=${querySymbol(of)}&startTime=${time}&limit=1`,
  cost: AGGREGATES_COST
})

const decodeFirstId = (body: unknown): number | null => {
  if (!Array.isArray(body)) return fail('aggTrades', body, 'a list')
  const [row]: readonly unknown[] = body
  if (row === undefined) return null
  if (!isFields(row)) return fail('aggregate', row, 'an object')
  const { f }: Unchecked<BinanceAggregate> = row
  return wholeNumber('f', f, 'a trade id')
}

export const binanceHistory = {
  trades,
  decodeTrades,
  firstFrom: { request: firstFrom, decode: decodeFirstId }
} satisfies Exchange['history']

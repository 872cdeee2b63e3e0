import type { Instrument } from '../../../market/instrument.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange, HistoryStart } from '../../exchange.ts'
import { anyIsoTime, decimal, fail, idText, isFields, price, type Unchecked } from '../../fields.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { productPath } from '../product-id.ts'
import { takerSide } from '../taker-side.ts'
import type { CoinbaseHistoricalTrade } from '../wire.ts'

/** Pages end below `after`, and hold the newest of what lies there; ids are consecutive, so a page of so many begins with `from`. */
const trades = (instrument: Instrument, from: HistoryStart | null, limit: number): RestRequest => ({
  path: `${productPath(instrument)}/trades?limit=${limit}${from === null ? '' : `&after=${BigInt(from.id) + BigInt(limit)}`}`,
  cost: 1
})

const historicalTrade = (row: unknown, instrument: Instrument, receivedAt: EpochMs): Trade => {
  if (!isFields(row)) return fail('trade', row, 'an object')
  const data: Unchecked<CoinbaseHistoricalTrade> = row
  return {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    id: idText('trade_id', data.trade_id),
    price: price('price', data.price),
    quantity: decimal('size', data.size),
    time: anyIsoTime('time', data.time),
    receivedAt,
    side: takerSide(data.side),
    via: 'history'
  }
}

const decodeTrades: Exchange['history']['decodeTrades'] = (body, instrument, receivedAt) => {
  if (!Array.isArray(body)) return fail(`history of ${instrument.symbol}`, body, 'a list')
  return body.map(row => historicalTrade(row, instrument, receivedAt)).sort((a, b) => Number(a.id) - Number(b.id))
}

/** It cannot be asked by time. https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-trades */
export const coinbaseHistory = { trades, decodeTrades, firstFrom: null } satisfies Exchange['history']

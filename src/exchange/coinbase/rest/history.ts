import type { Instrument } from '../../../market/instrument.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange, HistoryStart } from '../../exchange.ts'
import { anyIsoTime, decimal, idText, price, type Unchecked } from '../../fields.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { tradePage } from '../../rest-pages.ts'
import { productPath } from '../product-id.ts'
import { takerSide } from '../taker-side.ts'
import type { CoinbaseHistoricalTrade } from '../wire.ts'

/** Pages end below `after`, and hold the newest of what lies there; ids are consecutive, so a page of so many begins with `from`. */
const trades = (instrument: Instrument, from: HistoryStart | null, limit: number): RestRequest => ({
  path: `${productPath(instrument)}/trades?limit=${limit}${from === null ? '' : `&after=${BigInt(from.id) + BigInt(limit)}`}`,
  cost: 1
})

const historicalTrade = (
  data: Unchecked<CoinbaseHistoricalTrade>,
  instrument: Instrument,
  receivedAt: EpochMs
): Trade => ({
  exchange: instrument.exchange,
  symbol: instrument.symbol,
  id: idText('trade_id', data.trade_id),
  price: price('price', data.price),
  quantity: decimal('size', data.size),
  time: anyIsoTime('time', data.time),
  receivedAt,
  side: takerSide(data.side),
  via: 'history'
})

const decodeTrades: Exchange['history']['decodeTrades'] = (body, instrument, receivedAt) =>
  tradePage(body, row => historicalTrade(row, instrument, receivedAt))

/** It cannot be asked by time. https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-trades */
export const coinbaseHistory = { trades, decodeTrades, firstFrom: null } satisfies Exchange['history']

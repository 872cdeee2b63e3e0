import type { Instrument } from '../../../market/instrument.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { ExchangeEvent } from '../../exchange.ts'
import { anyTime, decimal, fail, idText, isFields, price, time, type Unchecked } from '../../fields.ts'
import { takerSide } from '../stream/taker-side.ts'
import type { BinanceHistoricalTrade, BinanceTrade } from '../wire.ts'

/** A message of `<symbol>@trade`. Throws `TS-DATA` that names the bad field. */
export const tradeFrame = (
  data: Unchecked<BinanceTrade>,
  instrument: Instrument,
  receivedAt: EpochMs
): ExchangeEvent => ({
  kind: 'trade',
  trade: {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    id: idText('t', data.t),
    price: price('p', data.p),
    quantity: decimal('q', data.q),
    time: time('T', data.T, receivedAt),
    receivedAt,
    side: takerSide('m', data.m),
    via: 'stream'
  },
  time: time('E', data.E, receivedAt)
})

/** One element of a `historicalTrades` answer. Throws `TS-DATA` that names the bad field. */
export const historicalTrade = (row: unknown, instrument: Instrument, receivedAt: EpochMs): Trade => {
  if (!isFields(row)) return fail('trade', row, 'an object')
  const data: Unchecked<BinanceHistoricalTrade> = row
  return {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    id: idText('id', data.id),
    price: price('price', data.price),
    quantity: decimal('qty', data.qty),
    time: anyTime('time', data.time),
    receivedAt,
    side: takerSide('isBuyerMaker', data.isBuyerMaker),
    via: 'history'
  }
}

import type { Instrument } from '../../../market/instrument.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange, HistoryStart } from '../../exchange.ts'
import { anyTextTime, decimal, exactly, fail, isFields, price, textId, type Unchecked } from '../../fields.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { categoryOf, instrumentQuery, nativeName } from '../market.ts'
import { flagsOf, takerSide } from '../trade-fields.ts'
import type { BybitRecentTrade } from '../wire.ts'
import { listOf } from './result.ts'

const MAX = { linear: 1000, spot: 60 }

/** The newest ones, whatever is asked: there is no way to those before. */
const trades = (instrument: Instrument, _from: HistoryStart | null, limit: number): RestRequest => ({
  path: `/v5/market/recent-trade?${instrumentQuery(instrument)}&limit=${Math.min(limit, MAX[categoryOf(instrument)])}`,
  cost: 1
})

const recentTrade = (row: unknown, instrument: Instrument, receivedAt: EpochMs): Trade => {
  if (!isFields(row)) return fail('trade', row, 'an object')
  const data: Unchecked<BybitRecentTrade> = row
  exactly('symbol', data.symbol, nativeName(instrument))
  return {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    id: textId('execId', data.execId),
    price: price('price', data.price),
    quantity: decimal('size', data.size),
    time: anyTextTime('time', data.time),
    receivedAt,
    side: takerSide('side', data.side),
    via: 'history',
    ...flagsOf(['isBlockTrade', data.isBlockTrade], ['isRPITrade', data.isRPITrade])
  }
}

/** https://bybit-exchange.github.io/docs/v5/market/recent-trade, newest first. */
export const bybitHistory = {
  trades,
  decodeTrades: (body, instrument, receivedAt) =>
    listOf(body)
      .map(row => recentTrade(row, instrument, receivedAt))
      .reverse(),
  firstFrom: null
} satisfies Exchange['history']

import type { Instrument } from '../../../market/instrument.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange } from '../../exchange.ts'
import { fail, isFields, wholeNumber } from '../../fields.ts'
import { tradePage } from '../../rest-pages.ts'
import { type BinanceMarket, querySymbol } from '../market.ts'

/** Reads a list of trades by how one of them is read. */
export const tradesFrom =
  (
    readTrade: (row: unknown, instrument: Instrument, receivedAt: EpochMs) => Trade
  ): Exchange['history']['decodeTrades'] =>
  (body, instrument, receivedAt) =>
    tradePage(body, row => readTrade(row, instrument, receivedAt))

/** Finds the first trade of a time by the aggregate that holds it, in which all are of one time; `idField`: where it names the trade. */
export const firstAggregateFrom = (market: BinanceMarket, { idField, cost }: { idField: 'a' | 'f'; cost: number }) =>
  ({
    request: (instrument, time) => ({
      path: `${market.rest}/aggTrades?symbol=${querySymbol(market, instrument)}&startTime=${time}&limit=1`,
      cost
    }),
    decode: (body: unknown): number | null => {
      if (!Array.isArray(body)) return fail('aggTrades', body, 'a list')
      const [row]: readonly unknown[] = body
      if (row === undefined) return null
      return isFields(row) ? wholeNumber(idField, row[idField], 'a trade id') : fail('aggregate', row, 'an object')
    }
  }) satisfies Exchange['history']['firstFrom']

import type { Instrument } from '../../market/instrument.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'
import type { TradeArchive } from '../exchange.ts'
import type { BinanceMarket } from './market.ts'

type Historical = (row: unknown, instrument: Instrument, receivedAt: EpochMs) => Trade

/** `True`, as the files of spot write it; what is neither is left for the reader of the field to refuse. */
const truth = (cell: string): boolean | string =>
  /^(?:true|false)$/i.test(cell) ? cell.toLowerCase() === 'true' : cell

/** A whole number, in digits; text stays text, and is refused. */
const whole = (cell: string): number | string => (/^\d{1,19}$/.test(cell) ? Number(cell) : cell)

/**
 * Its public files of trades, a day or a month each: https://github.com/binance/binance-public-data. Rows are those of its history,
 * by other names; times are milliseconds, and microseconds in the files of spot since 2025.
 */
const archive = (
  market: BinanceMarket,
  kind: string,
  columns: readonly string[],
  decode: TradeArchive['decode']
): TradeArchive => ({
  prefix: instrument => `${market.native(instrument)}-${kind}-`,
  columns,
  decode
})

/** Every print: `id,price,qty,quote_qty,time,is_buyer_maker,is_best_match`. */
export const printsArchive = (market: BinanceMarket, historical: Historical): TradeArchive =>
  archive(
    market,
    'trades',
    ['id', 'price', 'qty', 'quote_qty', 'time', 'is_buyer_maker', 'is_best_match'],
    ([id = '', price, qty, , time = '', isBuyerMaker = ''], instrument, receivedAt) =>
      historical(
        { id: whole(id), price, qty, time: whole(time), isBuyerMaker: truth(isBuyerMaker) },
        instrument,
        receivedAt
      )
  )

/** Aggregates of prints, which are the trades of the futures' streams. */
export const aggregatesArchive = (market: BinanceMarket, historical: Historical): TradeArchive =>
  archive(
    market,
    'aggTrades',
    ['agg_trade_id', 'price', 'quantity', 'first_trade_id', 'last_trade_id', 'transact_time', 'is_buyer_maker'],
    ([a = '', p, q, f = '', l = '', time = '', m = ''], instrument, receivedAt) =>
      historical({ a: whole(a), p, q, f: whole(f), l: whole(l), T: whole(time), m: truth(m) }, instrument, receivedAt)
  )

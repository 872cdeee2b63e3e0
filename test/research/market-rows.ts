import type { Pool } from 'pg'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { epochMs } from '../../src/market/time.ts'
import { type Table, upsertSql, upsertValues } from '../../src/sink/postgres/table.ts'
import { returningBars } from '../analyze/backtest/bars.ts'
import { candleAt } from '../support/candles.ts'

export const PAIR = 'binance:BTC/USDT~binance:ETH/USDT'

const extremes = ({ open, close }: { readonly open: number; readonly close: number }) => ({
  open: open.toFixed(2).replace(/\.?0+$/, ''),
  close: close.toFixed(2).replace(/\.?0+$/, ''),
  high: Math.ceil(Math.max(open, close) + 1).toString(),
  low: Math.floor(Math.min(open, close) - 1).toString()
})

/** Final 1m candles of BTC/USDT and ETH/USDT whose spread comes back. */
export const pairCandles = (count: number): readonly Candle[] =>
  returningBars(11, count, 0.6).flatMap(({ openTime, a, b }, n) => {
    const times = { openTime: epochMs(openTime), closeTime: epochMs(openTime + 60_000) }
    return [
      candleAt(n, { ...times, symbol: 'BTC/USDT', ...extremes(a) }),
      candleAt(n, { ...times, symbol: 'ETH/USDT', ...extremes(b) })
    ]
  })

/** A file of the candles of one of them. */
export const csvOf = (candles: readonly Candle[], symbol: string): string =>
  [
    'openTime,open,high,low,close,volume',
    ...candles
      .filter(candle => candle.symbol === symbol)
      .map(({ openTime, open, high, low, close, volume }) => [openTime, open, high, low, close, volume].join(','))
  ].join('\n')

/** Stores values as the sink does. */
export const store = async <T>(pool: Pool, table: Table<T>, values: readonly T[]): Promise<void> => {
  await pool.query(upsertSql(table), upsertValues(table, values))
}

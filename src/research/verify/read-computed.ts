import type { Pool } from 'pg'
import { inEpoch } from '../../market/epoch.ts'
import { TickstreamError } from '../../market/error.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { Interval } from '../../market/interval.ts'
import { parseSize } from '../../market/parse-decimal.ts'
import { CANDLE_STATUSES } from '../../market/records/derived/candle.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { readRows } from '../export/read-rows.ts'
import type { OurCandle } from './summary.ts'

const SELECT = `select (extract(epoch from open_time) * 1000)::bigint, status, open, high, low, close, volume, quote_volume, trade_count,
taker_buy_volume, taker_buy_quote_volume, first_trade_id, last_trade_id, missing, epoch
from candles where exchange = $1 and symbol = $2 and interval = $3 and final and status <> 'exchange'
and open_time >= $4 and open_time < $5 order by open_time`

/** What is no decimal at all is shown as it stands, as a difference of its candle: the others count. */
const money = (value: unknown): string => parseSize(value) ?? String(value)
const textOf = (value: unknown): string | null => (value === null ? null : String(value))

const statusOf = (value: unknown): OurCandle['status'] => {
  const status = CANDLE_STATUSES.find(one => one === value)
  if (status) return status
  throw new TickstreamError('TS-DATA', `candles holds the status "${String(value)}", which there is not`)
}

const toCandle = (row: readonly unknown[]): OurCandle => ({
  openTime: epochMs(Number(row[0])),
  status: statusOf(row[1]),
  open: money(row[2]),
  high: money(row[3]),
  low: money(row[4]),
  close: money(row[5]),
  volume: money(row[6]),
  quoteVolume: money(row[7]),
  tradeCount: Number(row[8]),
  takerBuyVolume: money(row[9]),
  takerBuyQuoteVolume: money(row[10]),
  firstTradeId: textOf(row[11]),
  lastTradeId: textOf(row[12]),
  ...(row[13] === null ? {} : { missing: Number(row[13]) }),
  ...inEpoch(Number(row[14]))
})

/** Our final candles that open in `[from, to)`, by open time. */
export const readOurs = async (
  pool: Pool,
  { exchange, symbol }: Instrument,
  interval: Interval,
  from: EpochMs,
  to: EpochMs,
  signal: AbortSignal
): Promise<ReadonlyMap<number, OurCandle>> => {
  const found = new Map<number, OurCandle>()
  const values = [exchange, symbol, interval, new Date(from).toISOString(), new Date(to).toISOString()]
  const take = ({ rows }: { readonly rows: readonly (readonly unknown[])[] }): void => {
    for (const row of rows) {
      const candle = toCandle(row)
      found.set(candle.openTime, candle)
    }
  }
  await readRows(pool, { text: SELECT, values }, take, signal)
  return found
}

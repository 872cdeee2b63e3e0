import type { Pool } from 'pg'
import type { Instrument } from '../../market/instrument.ts'
import type { Interval } from '../../market/interval.ts'
import { parseSize } from '../../market/parse-decimal.ts'
import { CANDLE } from '../../market/records/derived/candle.ts'
import { VERIFIED_FIELDS } from '../../market/records/derived/verification.ts'
import type { EpochMs } from '../../market/time.ts'
import { rowCodec } from '../../stream/codec/row-codec.ts'
import { readRows } from '../read-rows.ts'
import type { ComputedCandle } from './summary.ts'

const ROW = rowCodec(CANDLE)

const SELECT = `select ${ROW.select.join(', ')}
from candles where exchange = $1 and symbol = $2 and interval = $3 and final and status <> 'exchange'
and open_time >= $4 and open_time < $5 order by open_time`

const MONEY = VERIFIED_FIELDS.filter(name => name !== 'tradeCount')

/** What is no decimal at all is shown as it stands, as a difference of its candle: the others count. */
const toCandle = (row: readonly unknown[]): ComputedCandle => {
  const candle = ROW.decode(row)
  const money = MONEY.map(name => [name, parseSize(candle[name]) ?? candle[name]] as const)
  return { ...candle, ...Object.fromEntries(money) }
}

/** Our final candles that open in `[from, to)`, by open time. */
export const readComputed = async (
  pool: Pool,
  { exchange, symbol }: Instrument,
  interval: Interval,
  from: EpochMs,
  to: EpochMs,
  signal: AbortSignal
): Promise<ReadonlyMap<number, ComputedCandle>> => {
  const found = new Map<number, ComputedCandle>()
  const values = [exchange, symbol, interval, new Date(from).toISOString(), new Date(to).toISOString()]
  const addRows = ({ rows }: { readonly rows: readonly (readonly unknown[])[] }): void => {
    for (const row of rows) {
      const candle = toCandle(row)
      found.set(candle.openTime, candle)
    }
  }
  await readRows(pool, { text: SELECT, values }, addRows, signal)
  return found
}

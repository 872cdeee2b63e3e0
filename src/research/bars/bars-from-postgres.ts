import type { Pool } from 'pg'
import type { Bar } from '../../analyze/backtest/bar.ts'
import { TickstreamError } from '../../market/error.ts'
import { parseInstrument } from '../../market/instrument.ts'
import { INTERVAL_MS } from '../../market/interval.ts'
import { parsePrice } from '../../market/parse-decimal.ts'
import { inTransaction } from '../../sink/postgres/in-transaction.ts'
import { createPool } from '../../sink/postgres/pool.ts'
import { type Query, readRows } from '../read-rows.ts'
import type { BarSource, Bars, Span } from './bars.ts'

/** A range of years may take its time to be sorted. */
const ANSWER_WITHIN_MS = 600_000

const SELECT = `select extract(epoch from a.open_time) * 1000, a.open, a.close, b.open, b.close
from candles a join candles b on b.interval = a.interval and b.open_time = a.open_time
where a.exchange = $1 and a.symbol = $2 and b.exchange = $3 and b.symbol = $4 and a.interval = $5
and a.final and b.final and a.open_time >= $6 and a.open_time < $7 order by a.open_time`

/** A candles source that stands in a database or on a broker. */
export type MarketSource = Exclude<BarSource, { kind: 'files' }>

const queryOf = ({ pair, interval }: MarketSource, { from, to }: Span): Query => {
  const [a, b] = [parseInstrument(pair.a), parseInstrument(pair.b)]
  const since = from === null ? '-infinity' : new Date(from).toISOString()
  const until = to === null ? 'infinity' : new Date(to).toISOString()
  return { text: SELECT, values: [a.exchange, a.symbol, b.exchange, b.symbol, interval, since, until] }
}

const COLUMNS = ['', 'open', 'close', 'open', 'close']

/** A row of candles of both. Throws `TS-DATA` that names the candle and the column which holds no price. */
export const barOf = (row: readonly unknown[], { a, b }: MarketSource['pair']): Bar => {
  const openTime = Number(row[0])
  const price = (at: number): number => {
    const text = parsePrice(row[at])
    if (text !== null) return Number(text)
    const candle = `the candle of ${at < 3 ? a : b} of ${new Date(openTime).toISOString()}`
    throw new TickstreamError(
      'TS-DATA',
      `candles: ${COLUMNS[at]} "${String(row[at])}" of ${candle} is not a price above 0`
    )
  }
  return { openTime, a: { open: price(1), close: price(2) }, b: { open: price(3), close: price(4) } }
}

/** Of each leg as many as matter, by its key alone. */
const COUNT = `select least(${[
  ['$1', '$2'],
  ['$3', '$4']
]
  .map(
    ([
      exchange,
      symbol
    ]) => `(select count(*) from (select from candles where exchange = ${exchange} and symbol = ${symbol}
and interval = $5 and open_time >= $6 and open_time < $7 limit $8) leg)`
  )
  .join(', ')})`

const refuseMany = async (pool: Pool, { values }: Query, most: number, signal: AbortSignal): Promise<void> => {
  const text = { text: COUNT, values: [...values, most + 1], rowMode: 'array' } as const
  const { rows } = await inTransaction(pool, client => client.query<unknown[]>(text), signal)
  if (Number(rows[0]?.[0]) <= most) return
  throw new TickstreamError(
    'TS-CONFIG',
    `more than ${most} candles of each stand there, which is all that is taken here; narrow from and to, take a wider interval, or run \`tickstream backtest\``
  )
}

/** Reads the final candles of a pair from PostgreSQL. Throws `TS-CONFIG` before it reads any, where both have more than `most`. */
export const barsFromPostgres = async (
  url: string,
  source: MarketSource,
  span: Span,
  signal: AbortSignal,
  most: number | null = null
): Promise<Bars> => {
  const pool = createPool(url, 'backtest', { answerWithinMs: ANSWER_WITHIN_MS })
  const bars: Bar[] = []
  try {
    const addRows = ({ rows }: { readonly rows: readonly (readonly unknown[])[] }): void => {
      for (const row of rows) bars.push(barOf(row, source.pair))
    }
    const query = queryOf(source, span)
    if (most !== null) await refuseMany(pool, query, most, signal)
    await readRows(pool, query, addRows, signal)
  } finally {
    await pool.end()
  }
  return { ...source.pair, intervalMs: INTERVAL_MS[source.interval], bars }
}

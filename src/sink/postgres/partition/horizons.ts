import type { PoolClient } from 'pg'
import { INTERVALS, KEPT, type Kept, type Retention } from '../../../market/interval.ts'
import { type EpochMs, epochMs } from '../../../market/time.ts'

/** Before when rows of a kind are past; null: never. */
export type Horizons = Readonly<Record<Kept, EpochMs | null>>

const nothingPast = (): null => null
const horizonsBy = (horizonOf: (kept: Kept) => EpochMs | null): Horizons =>
  Object.fromEntries(KEPT.map(kept => [kept, horizonOf(kept)])) as unknown as Horizons

export const NO_HORIZONS: Horizons = horizonsBy(nothingPast)

/** The newest candle of every instrument, which the key of a table of candles finds without a look at the others. */
const newestOf = (
  table: string,
  interval: string
): string => `select max(n.open_time) as open_time from instruments i cross join lateral (
  select open_time from ${table} c where c.exchange = i.exchange and c.symbol = i.symbol and c.interval = '${interval}'
  order by open_time desc limit 1) n`

/**
 * When the market was seen last, and `now` at most; null while there are no candles. What is kept is counted from there: a database of a past
 * market, or one that nobody has written to for a while, loses nothing by time going on.
 */
const readMarketTime = async (client: PoolClient, tables: readonly string[], now: EpochMs): Promise<EpochMs | null> => {
  const newest = tables.flatMap(table => INTERVALS.map(interval => newestOf(table, interval)))
  const { rows } = await client.query<{ newest: number | null }>(
    `select (extract(epoch from max(open_time)) * 1000)::double precision as newest from (${newest.join(' union all ')}) every_one`
  )
  const time = rows[0]?.newest ?? null
  return time === null ? null : epochMs(Math.min(time, now))
}

/** What is past by now, as tables of candles tell it. */
export const readHorizons = async (
  client: PoolClient,
  retention: Retention,
  now: EpochMs,
  tables: readonly string[] = ['candles']
): Promise<Horizons> => {
  const market = await readMarketTime(client, tables, now)
  if (market === null) return NO_HORIZONS
  return horizonsBy(kept => {
    const ms = retention[kept]
    return ms === null ? null : epochMs(market - ms)
  })
}

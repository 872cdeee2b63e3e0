import { spawnSync } from 'node:child_process'
import pg from 'pg'
import type { BenchOptions, Figures } from './bench.ts'
import { query, withDatabase } from './bench-database.ts'
import { TICKSTREAM, withServers } from './bench-servers.ts'
import { quantile } from './quantile.ts'

const DAYS = 365
const ASKED = 100
/** Minutes of one statement. */
const AT_ONCE = 1_440

/** What stands in the table beside, so that its pages are as mixed as those of a market. */
const MARKET = { symbols: 500, minutes: 360 }

/** Minutes from one to another, of symbols from one to another, minute by minute. */
const minuteRows = (minutes: readonly [number, number], symbols: readonly [number, number]): string =>
  `insert into candles select 'sim', 'C' || s || '/USDT', '1m', t, t + interval '1 minute', 61685.98 + n, 61720.12 + n, 61680.51 + n, 61685.99 + n,
    12.34567 + s, 761543.1203987 + n, 1873, 6.12345, 376300.0212345, (3744589000 + n * 1873)::text, (3744589000 + (n + 1) * 1873 - 1)::text, 0, true, 'traded', null
  from generate_series(${minutes[0]}, ${minutes[1]} - 1) n, generate_series(${symbols[0]}, ${symbols[1]} - 1) s,
    lateral (select '2025-01-01T00:00:00Z'::timestamptz + n * interval '1 minute' as t) at order by n, s`

/** Partitions are made by `migrate` for what others have inserted: one row a month makes all of them. */
const prepare = async (url: string): Promise<void> => {
  await query(url, `insert into instruments (exchange, symbol) values ('sim', 'C0/USDT') on conflict do nothing`)
  await query(
    url,
    `insert into candles select 'sim', 'C0/USDT', '1m', t, t, 1, 1, 1, 1, 1, 1, 1, 1, 1, '1', '1', 0, true, 'traded' from generate_series('2025-01-01'::timestamptz, '2025-12-31', '1 month') t`
  )
  const env = { ...process.env, POSTGRES_URL: url, LOG_LEVEL: 'error' }
  spawnSync(process.execPath, [TICKSTREAM, 'migrate'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
}

const SIZE = `select sum(pg_relation_size(c.oid))::bigint as heap, sum(pg_indexes_size(c.oid))::bigint as indexes
from pg_class c where c.relkind = 'r' and c.relname like 'candles%'`

const ask = async (
  client: pg.Client,
  text: string,
  values: readonly (readonly unknown[])[]
): Promise<readonly number[]> => {
  const took: number[] = []
  for (const one of values) {
    const from = performance.now()
    await client.query({ text, values: [...one], rowMode: 'array' })
    took.push(performance.now() - from)
  }
  return took.sort((a, b) => a - b)
}

const OF_ONE = `select * from candles where exchange = 'sim' and symbol = $1 and interval = '1m'`

/** A year of 1m candles as a table holds it: bytes a row, and how long its newest 500 and a month of one symbol take. */
export const storedCandles = ({ symbols }: BenchOptions): Promise<Figures> =>
  withServers(['postgres'], settings =>
    withDatabase(settings, async ({ POSTGRES_URL: url }) => {
      const count = symbols ?? 4
      await prepare(url)
      for (let minute = 0; minute < MARKET.minutes; minute += 10)
        await query(url, minuteRows([minute, minute + 10], [1_000, 1_000 + MARKET.symbols]))
      await query(url, 'vacuum analyze candles')
      const rows = MARKET.minutes * MARKET.symbols
      const [size] = await query(url, SIZE)
      const from = performance.now()
      for (let day = 0; day < DAYS; day++)
        await query(url, minuteRows([day * AT_ONCE, (day + 1) * AT_ONCE], [1, 1 + count]))
      const seconds = (performance.now() - from) / 1_000
      await query(url, 'vacuum analyze candles')
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      const symbolOf = (n: number): string => `C${1 + (n % count)}/USDT`
      const newest = Array.from({ length: ASKED }, (_, n) => [symbolOf(n)])
      const months = newest.map(([symbol], n) => [symbol, `2025-${String(1 + (n % 12)).padStart(2, '0')}-01T00:00:00Z`])
      const first = await ask(client, `${OF_ONE} order by open_time desc limit 500`, newest)
      const month = await ask(
        client,
        `${OF_ONE} and open_time >= $2::timestamptz and open_time < $2::timestamptz + interval '1 month' order by open_time`,
        months
      )
      await client.end()
      return {
        rows,
        heapBytesPerRow: Math.round(Number(size?.heap) / rows),
        indexBytesPerRow: Math.round(Number(size?.indexes) / rows),
        insertedPerSecond: Math.round((DAYS * AT_ONCE * count) / seconds),
        newest500P50Ms: quantile(first, 0.5),
        newest500P99Ms: quantile(first, 0.99),
        monthP50Ms: quantile(month, 0.5),
        monthP99Ms: quantile(month, 0.99)
      }
    })
  )

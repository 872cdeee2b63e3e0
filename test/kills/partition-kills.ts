import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { INTERVAL_MS, INTERVALS } from '../../src/market/interval.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { partitionAt, rangedTables, restOf } from '../../src/sink/postgres/partition/ranged-tables.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import { stepTime } from './market-steps.ts'

/** What came of killing: all four are 0 when nothing went wrong. */
export type Outcome = {
  readonly kills: number
  readonly lost: number
  readonly unexpected: number
  readonly strayTables: number
  readonly atRest: number
}

type Killing = {
  readonly url: string
  readonly kills: number
  readonly random: () => number
  readonly withinMs: number
}

/** Starts a program again and again, and kills it at a random moment, so many times; the last one may end. */
const killAgain = async (args: readonly string[], { url, kills, random, withinMs }: Killing): Promise<number> => {
  let killed = 0
  for (;;) {
    const env = { ...process.env, POSTGRES_URL: url, LOG_LEVEL: 'silent' }
    const child = spawn(process.execPath, ['--no-warnings', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    const ended = once(child, 'exit')
    if (killed < kills) {
      await Promise.race([ended, sleep(random() * withinMs)])
      if (child.exitCode === null) {
        killed++
        child.kill('SIGKILL')
      }
    }
    await ended
    if (child.exitCode === 0) return killed
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended with ${child.exitCode}`)
  }
}

const number = async (pool: Pool, text: string): Promise<number> => Number((await pool.query(text)).rows[0].n)

/** Tables of the names of partitions that are none, and rows that have no partition. */
const leftovers = async (pool: Pool): Promise<Pick<Outcome, 'strayTables' | 'atRest'>> => ({
  strayTables: await number(
    pool,
    `select count(*) as n from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not relispartition
     and (relname ~ '_(\\d{4}|\\d{6}|\\d{8})$' or relname like '%unpartitioned' or relname = 'rows_moved')`
  ),
  atRest: await number(
    pool,
    `select sum(n) as n from (${rangedTables.map(one => `select count(*) as n from ${restOf(one)}`).join(' union all ')}) every_one`
  )
})

/** Rows of an installation of before partitions: so many of each interval, the newest at noon. */
const fill = async (pool: Pool, rows: number): Promise<void> => {
  await pool.query(
    `insert into instruments (exchange, symbol) select 'sim', 'C' || s || '/USDT' from generate_series(0, 4) s`
  )
  for (const interval of INTERVALS) {
    const seconds = INTERVAL_MS[interval] / 1_000
    const times = `select 'sim' as exchange, 'C' || n % 5 || '/USDT' as symbol, '${interval}' as interval,
      '2026-06-15T12:00:00Z'::timestamptz - (n / 5) * ${seconds} * interval '17 seconds' as t, n from generate_series(1, ${rows}) n`
    await pool.query(
      `insert into candles select exchange, symbol, interval, t, t, n, n, n, n, n, n, n, n, n, n::text, n::text, n % 3, true, 'traded' from (${times}) r`
    )
    await pool.query(`insert into indicators select exchange, symbol, interval, t, true, 0, n from (${times}) r`)
  }
  await pool.query(
    `insert into kpis (exchange, symbol, time, close) select 'sim', 'C' || n % 5 || '/USDT', '2026-06-15T12:00:00Z'::timestamptz - n * interval '5 minutes', n from generate_series(1, ${rows}) n`
  )
}

const { retention } = readConfig({})

/** Rows that are not past by the newest candle, as they were, whatever else stands beside them now. */
const digest = async (pool: Pool, newest: string): Promise<Readonly<Record<string, readonly string[]>>> => {
  const days = (kept: keyof typeof retention): string => {
    const ms = retention[kept]
    return ms === null ? 'true' : `> '${newest}'::timestamptz - ${ms / 1_000} * interval '1 second'`
  }
  const due = INTERVALS.map(one => {
    const bound = days(one)
    return `(interval = '${one}' and ${bound === 'true' ? bound : `open_time ${bound}`})`
  }).join(' or ')
  const rows = async (text: string): Promise<readonly string[]> =>
    (await pool.query(text)).rows.map(({ line }) => String(line))
  return {
    candles: await rows(
      `select concat_ws(' ', exchange, symbol, interval, extract(epoch from open_time), open, first_trade_id, revision) as line from candles where ${due} order by 1`
    ),
    indicators: await rows(
      `select concat_ws(' ', exchange, symbol, interval, extract(epoch from open_time), sma20) as line from indicators where ${due} order by 1`
    ),
    kpis: await rows(
      `select concat_ws(' ', id, exchange, symbol, extract(epoch from time), close) as line from kpis where time ${days('kpis')} order by 1`
    )
  }
}

const differences = (before: readonly string[], after: readonly string[]) => {
  const [were, are] = [new Set(before), new Set(after)]
  return {
    lost: before.filter(line => !are.has(line)).length,
    unexpected: after.filter(line => !were.has(line)).length + after.length - are.size
  }
}

/** An installation of before partitions is brought along by `tickstream migrate`, which is killed again and again. */
export const killMigration = async (killing: Killing, rows: number): Promise<Outcome> => {
  const pool = createPool(killing.url, 'kills')
  try {
    await migrate(pool, readMigrations().slice(0, 11))
    await fill(pool, rows)
    const newest = (await pool.query('select max(open_time) as t from candles')).rows[0].t.toISOString()
    const before = await digest(pool, newest)
    const kills = await killAgain([resolve('src/cli/tickstream.ts'), 'migrate'], killing)
    const after = await digest(pool, newest)
    const found = Object.keys(before).map(table => differences(before[table]!, after[table]!))
    return {
      kills,
      lost: found.reduce((sum, { lost }) => sum + lost, 0),
      unexpected: found.reduce((sum, { unexpected }) => sum + unexpected, 0),
      ...(await leftovers(pool))
    }
  } finally {
    await pool.end()
  }
}

/** Rows that are due after so many steps of `upkeep-process.ts`: those of partitions that hold something which is not past. */
const dueAfter = (steps: number): readonly string[] => {
  const market = stepTime(steps - 1)
  return rangedTables
    .filter(({ table, kept }) => table === 'candles' && ['1s', '5s', '1m', '1h'].includes(kept))
    .flatMap(ranged => {
      const ms = retention[ranged.kept]
      const isDue = (time: number): boolean => ms === null || partitionAt(ranged, stepTime(time)).to > market - ms
      return Array.from({ length: steps }, (_, step) => step)
        .filter(isDue)
        .map(step => `${ranged.kept} ${stepTime(step)}`)
    })
}

/** A sink that keeps partitions through `steps` batches of market time is killed again and again. */
export const killUpkeep = async (killing: Killing, steps: number): Promise<Outcome> => {
  const pool = createPool(killing.url, 'kills')
  try {
    await migrate(pool, readMigrations())
    const kills = await killAgain([resolve('test/kills/upkeep-process.ts'), killing.url, String(steps)], killing)
    const { rows } = await pool.query(
      `select interval || ' ' || (extract(epoch from open_time) * 1000)::bigint as line from candles`
    )
    const due = dueAfter(steps)
    return {
      kills,
      ...differences(
        due,
        rows.map(({ line }) => String(line))
      ),
      ...(await leftovers(pool))
    }
  } finally {
    await pool.end()
  }
}

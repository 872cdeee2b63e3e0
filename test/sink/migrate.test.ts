import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Pool } from 'pg'
import { epochMs } from '../../src/market/time.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { dumpSchema } from '../../src/sink/postgres/schema/dump-schema.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import { moveRows } from '../../src/sink/postgres/schema/move-rows.ts'
import { testDatabase } from '../support/servers.ts'

const migrations = readMigrations()

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool

beforeEach(async () => {
  database = await testDatabase()
  pool = createPool(database.url, 'test')
})

afterEach(async () => {
  await pool.end()
  await database.drop()
})

describe('migrations', () => {
  test('are numbered from 1 without a gap', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, at) => at + 1))
  })

  test('add up to schema.sql; if they should, write it again with `tickstream migrate --dump`', async () => {
    await migrate(pool, migrations)
    expect(await dumpSchema(pool)).toBe(readFileSync('sql/schema.sql', 'utf8'))
  })

  test('are applied once, however often they are asked for', async () => {
    expect(await migrate(pool, migrations)).toEqual(migrations)
    expect(await migrate(pool, migrations)).toEqual([])
  })

  test('are applied once when several ask at the same time', async () => {
    const applied = await Promise.all([1, 2, 3].map(() => migrate(pool, migrations)))
    expect(applied.flat()).toEqual(migrations)
  })

  test('are applied all or not at all', async () => {
    const broken = { version: 99, name: 'broken', sql: 'create table half (a int); select nonsense', checksum: '' }
    await expect(migrate(pool, [...migrations, broken])).rejects.toThrow('nonsense')
    const { rows } = await pool.query("select table_name from information_schema.tables where table_schema = 'public'")
    expect(rows).toEqual([])
  })

  test('are refused when one was changed after it had been applied', async () => {
    await migrate(pool, migrations)
    const [first, ...rest] = migrations
    const changed = [{ ...first!, checksum: 'another' }, ...rest]
    await expect(migrate(pool, changed)).rejects.toThrow('sql/0001_candles.sql was changed after it had been applied')
  })

  test('are refused by a database that is ahead of this installation', async () => {
    await migrate(pool, migrations)
    await expect(migrate(pool, migrations.slice(0, 1))).rejects.toThrow('update tickstream')
  })
})

describe('an installation of before epochs', () => {
  test('keeps its holes and candles, as those of the first chain of ids', async () => {
    await migrate(pool, migrations.slice(0, 6))
    await pool.query(`insert into gaps values ('binance', 'BTC/USDT', '5', '7', 3, now(), 'open', 'skipped', null)`)
    await pool.query(
      `insert into candles values ('binance', 'BTC/USDT', '1m', now(), now(), 1, 1, 1, 1, 1, 1, 1, 1, 1, '5', '5', 0, true, 'traded')`
    )
    await migrate(pool, migrations)
    await moveRows(pool, { retention: readConfig({}).retention, now: epochMs(Date.now()) })
    const anew = `insert into gaps values ('binance', 'BTC/USDT', '5', '5', 1, now(), 'open', 'skipped', null, null, null, 1)`
    await pool.query(anew)
    const { rows } = await pool.query(
      'select from_id, epoch from gaps union all select first_trade_id, epoch from candles'
    )
    expect(rows.sort((a, b) => a.epoch - b.epoch)).toEqual([
      { from_id: '5', epoch: 0 },
      { from_id: '5', epoch: 0 },
      { from_id: '5', epoch: 1 }
    ])
  })
})

describe('the tables', () => {
  test('money is numeric, times know their zone, and crypto_prices has exactly its columns', async () => {
    await migrate(pool, migrations)
    const { rows } = await pool.query(
      "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position"
    )
    const typeOf = (table: string, column: string) =>
      rows.find(row => row.table_name === table && row.column_name === column)?.data_type
    for (const money of ['open', 'high', 'low', 'close', 'volume', 'quote_volume', 'taker_buy_volume'])
      expect(typeOf('candles', money)).toBe('numeric')
    expect(typeOf('candles', 'open_time')).toBe('timestamp with time zone')
    expect(rows.filter(row => row.table_name === 'crypto_prices').map(row => row.column_name)).toEqual(
      'id symbol timestamp price_change_pct price_spread daily_range vwap market_depth_ratio order_book_imbalance turnover_ratio'.split(
        ' '
      )
    )
  })
})

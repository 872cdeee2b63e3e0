import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Pool } from 'pg'
import { epochMs } from '../../src/market/time.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import { type Move, moveRows } from '../../src/sink/postgres/schema/move-rows.ts'
import { testDatabase } from '../support/servers.ts'

const NOW = epochMs(Date.UTC(2026, 5, 15, 12))
const { retention } = readConfig({})

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool

beforeEach(async () => {
  database = await testDatabase()
  pool = createPool(database.url, 'test')
  await migrate(pool, readMigrations().slice(0, 11))
})

afterEach(async () => {
  await pool.end()
  await database.drop()
})

const query = async (text: string): Promise<readonly Record<string, unknown>[]> => (await pool.query(text)).rows

const insertCandles = (rows: number, interval: string, seconds: number) =>
  query(`insert into candles select 'binance', 'BTC/USDT', '${interval}', t, t, 1, 1, 1, 1, n, 1, 1, 1, 1, n::text, n::text, 1, true, 'traded'
    from generate_series(1, ${rows}) n, lateral (select '2026-06-15T12:00:00Z'::timestamptz - n * ${seconds} * interval '1 second' as t) at`)

const move = async (): Promise<readonly Move[]> => {
  const moves: Move[] = []
  await moveRows(pool, { retention, now: NOW, onMove: one => moves.push(one) })
  return moves
}

describe('rows of an installation of before partitions', () => {
  beforeEach(() => query(`insert into instruments (exchange, symbol) values ('binance', 'BTC/USDT')`))

  test('stand in partitions afterwards, a portion a transaction, and nothing else is left', async () => {
    await insertCandles(45_000, '1m', 60)
    await query(
      `insert into kpis (exchange, symbol, time, close) select 'binance', 'BTC/USDT', '2026-06-15T12:00:00Z'::timestamptz - n * interval '5 seconds', n from generate_series(1, 50) n`
    )
    const kpis = await query('select id, time, close from kpis order by id')
    await migrate(pool, readMigrations())
    const moves = await move()
    expect(moves.filter(({ table }) => table === 'candles').map(({ rows }) => rows)).toEqual([20_000, 40_000, 45_000])
    expect(
      await query('select count(*)::int as n, sum(volume)::text as sum, count(stored_at)::int as stamped from candles')
    ).toEqual([{ n: 45_000, sum: String((45_000 * 45_001) / 2), stamped: 0 }])
    expect(await query('select distinct tableoid::regclass::text as name from candles order by 1')).toEqual(
      ['candles_1m_202605', 'candles_1m_202606'].map(name => ({ name }))
    )
    expect(await query('select id, time, close from kpis order by id')).toEqual(kpis)
    await query(`insert into kpis (exchange, symbol, time) values ('binance', 'ETH/USDT', now())`)
    expect(await query('select max(id) as id from kpis')).toEqual([{ id: '51' }])
    expect(
      await query(`select relname from pg_class where relname like '%unpartitioned%' or relname = 'rows_moved'`)
    ).toEqual([])
    expect(await move()).toEqual([])
  })

  test('give way to what was written since, unless their revision is higher', async () => {
    await insertCandles(2, '1m', 60)
    await migrate(pool, readMigrations())
    await query(`insert into candles select exchange, symbol, interval, open_time, close_time, open, high, low, close, 77, quote_volume, trade_count,
      taker_buy_volume, taker_buy_quote_volume, first_trade_id, last_trade_id, case volume when 1 then 0 else 2 end, final, status from candles_unpartitioned`)
    await move()
    expect(await query('select volume, revision from candles order by open_time desc')).toEqual([
      { volume: '1', revision: 1 },
      { volume: '77', revision: 2 }
    ])
  })

  test('that are past do not come along, counted from the newest candle', async () => {
    await insertCandles(20, '1s', 86_400)
    await insertCandles(20, '1h', 86_400)
    await migrate(pool, readMigrations())
    await move()
    expect(await query('select interval, count(*)::int as n from candles group by 1 order by 1')).toEqual([
      { interval: '1h', n: 20 },
      { interval: '1s', n: 8 }
    ])
  })

  test('may be read and written by whoever might before', async () => {
    await insertCandles(1, '1m', 60)
    await query(
      'create role some_reader; grant usage on schema public to some_reader; grant select on candles, crypto_prices to some_reader; grant insert, select on kpis to some_reader'
    )
    try {
      await migrate(pool, readMigrations())
      await move()
      const client = await pool.connect()
      await client.query(
        `set role some_reader; select * from candles, crypto_prices; insert into kpis (exchange, symbol, time) values ('a', 'B/C', now())`
      )
      await expect(client.query('delete from candles')).rejects.toThrow('permission denied')
      await client.query('reset role')
      client.release()
    } finally {
      await query('drop owned by some_reader; drop role some_reader')
    }
  })

  test('stay where they are while a view of others reads them there, and the error says what to do', async () => {
    await insertCandles(1, '1m', 60)
    await query('create view my_candles as select * from candles')
    await migrate(pool, readMigrations())
    await expect(move()).rejects.toThrow(/candles_unpartitioned.*make those views anew.*migrate/)
    await query('create or replace view my_candles as select exchange from instruments').catch(() =>
      query('drop view my_candles')
    )
    await move()
    expect(await query('select count(*)::int as n from candles')).toEqual([{ n: 1 }])
  })
})

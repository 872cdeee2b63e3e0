import { rmSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { postgresSink } from '../../src/sink/postgres/postgres-sink.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import { candlesOf } from '../support/driven-candles.ts'
import { incoming } from '../support/records.ts'
import { testDatabase } from '../support/servers.ts'
import { GOLD, modelScene, told } from './model-scene.ts'

const NOON = Date.UTC(2024, 7, 9, 12)

const trades: readonly Trade[] = Array.from({ length: 1_200 }, (_, n) => ({
  exchange: 'binance',
  symbol: 'BTC/USDT',
  id: String(n + 1),
  price: `${61_000 + ((n * 7919) % 997)}.${1 + (n % 9)}`,
  quantity: `0.${1 + ((n * 31) % 9)}000${1 + (n % 9)}`,
  time: epochMs(NOON + Math.floor(n / 3) * 2_000),
  receivedAt: epochMs(NOON + n * 700),
  side: n % 3 === 0 ? 'sell' : 'buy',
  via: 'stream'
}))

const QUERY = `select exchange, symbol as instrument, interval, (extract(epoch from open_time) * 1000)::bigint::text as "openTime",
  (extract(epoch from close_time) * 1000)::bigint::text as "closeTime", open::text, high::text, low::text, close::text, volume::text,
  quote_volume::text as "quoteVolume", taker_buy_volume::text as "takerBuyVolume",
  taker_buy_quote_volume::text as "takerBuyQuoteVolume", trade_count::text as "tradeCount",
  first_trade_id as "firstTradeId", last_trade_id as "lastTradeId"
  from candles where final and trade_count > 0 order by interval collate "C", open_time`

test('gold equals the finals that stand in PostgreSQL, row by row', async () => {
  const database = await testDatabase()
  const pool = createPool(database.url, 'test')
  const scene = modelScene()
  try {
    await migrate(pool, readMigrations())
    const end = epochMs(NOON + 3 * 86_400_000)
    const closing = { ...trades[0]!, id: '1201', time: end, receivedAt: end }
    const all = [...trades, closing]
    const { candles } = candlesOf(all, { intervals: ['1m', '5m', '15m', '1d'] })
    const values = candles.map(candle => ({ value: { kind: 'candle' as const, candle }, record: incoming() }))
    const advances = [{ topic: 'candles_1m', partition: 0, stored: null, next: 1n }]
    await postgresSink(pool, 'sink-postgres').write({ values, advances }, new AbortController().signal)
    await scene.write(all)
    await scene.build('lake.duckdb')
    const due = (await pool.query(QUERY)).rows.map(told)
    const gold = (await scene.rows('lake.duckdb', GOLD)).map(told).filter(of => Number(of.openTime) < NOON + 86_400_000)
    const inOrder = [...gold].sort((a, b) =>
      a.interval === b.interval ? Number(a.openTime) - Number(b.openTime) : a.interval! < b.interval! ? -1 : 1
    )
    expect(due.length).toBe(14 + 3 + 1 + 1)
    expect(inOrder).toEqual(due)
  } finally {
    rmSync(scene.folder, { recursive: true, force: true })
    await pool.end()
    await database.drop()
  }
})

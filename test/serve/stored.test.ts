import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Pool } from 'pg'
import { ALERT } from '../../src/market/records/alert/alert.ts'
import { CANDLE } from '../../src/market/records/derived/candle.ts'
import { COMPOSITE } from '../../src/market/records/derived/composite.ts'
import { INDICATORS } from '../../src/market/records/derived/indicators.ts'
import { KPI } from '../../src/market/records/derived/kpi.ts'
import { PAIR_STATS } from '../../src/market/records/derived/pair-stats.ts'
import { GAP, type Gap } from '../../src/market/records/feed/gap.ts'
import type { RecordTable } from '../../src/market/records/fields.ts'
import { epochMs } from '../../src/market/time.ts'
import { createHistory } from '../../src/serve/store/database-reader.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import type { Table } from '../../src/sink/postgres/table.ts'
import {
  alertTable,
  candleTable,
  compositeTable,
  gapTable,
  indicatorTable,
  kpiTable,
  pairTable
} from '../../src/sink/postgres/tables.ts'
import { store } from '../research/market-rows.ts'
import { anyRecord } from '../support/any-record.ts'
import { candleAt } from '../support/candles.ts'
import { testDatabase } from '../support/servers.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool

beforeAll(async () => {
  database = await testDatabase()
  pool = createPool(database.url, 'test')
  await migrate(pool, readMigrations())
})

afterAll(async () => {
  await pool.end()
  await database.drop()
})

const STRETCH = { from: null, to: null, limit: 10 }
const history = () =>
  createHistory(async (text, values) => (await pool.query({ text, values: [...values], rowMode: 'array' })).rows)

test('what is stored is read as it was published, whichever chain of ids it is of', async () => {
  const candles = [candleAt(0), candleAt(1, { status: 'gap', missing: 3 }), candleAt(2, { epoch: 2 })]
  const hole = (more: Partial<Gap>): Gap => ({
    exchange: 'binance',
    symbol: 'BTC/USDT',
    fromId: '5',
    toId: '7',
    count: 3,
    detectedAt: epochMs(1_723_161_600_000),
    status: 'unrecoverable',
    cause: 'restart',
    closedAt: epochMs(1_723_161_601_000),
    ...more
  })
  const gaps = [
    hole({ reason: 'refused', httpStatus: 451 }),
    hole({ epoch: 2, detectedAt: epochMs(1_723_161_602_000) })
  ]
  await store(pool, candleTable, candles)
  await store(pool, gapTable, gaps)
  const of = { exchange: 'binance', symbol: 'BTC/USDT', interval: '1m' } as const
  expect(await history().candles(of, STRETCH)).toEqual(candles)
  expect(await history().gaps({}, STRETCH)).toEqual(gaps)
})

const WITHIN = { from: null, to: null, limit: 2 }

/** Stores each of some records alone, and reads it again. */
const readAgain = async <R extends object>(
  table: Table<R>,
  records: RecordTable<R>,
  read: (record: R) => Promise<readonly R[]>
): Promise<void> => {
  const drawn = fc.sample(anyRecord(records), { numRuns: 15, seed: 7 })
  for (const record of drawn) {
    await pool.query(`delete from ${table.name}`)
    await store(pool, table, [record])
    const { standIn: _, ...kept } = record as R & { standIn?: true }
    expect(JSON.stringify(await read(record))).toBe(JSON.stringify([kept]))
  }
}

test('any record is read from its row byte for byte, but for its marks', async () => {
  const stored = history()
  await readAgain(candleTable, CANDLE, candle => stored.candles(candle, WITHIN))
  await readAgain(indicatorTable, INDICATORS, one => stored.indicators(one, WITHIN))
  await readAgain(pairTable, PAIR_STATS, one => stored.pairs(one, WITHIN))
  await readAgain(compositeTable, COMPOSITE, one => stored.composites(one, WITHIN))
  await readAgain(kpiTable, KPI, kpi => stored.kpis(kpi, WITHIN))
  await readAgain(alertTable, ALERT, () => stored.alerts({}, WITHIN))
  await readAgain(gapTable, GAP, () => stored.gaps({}, WITHIN))
})

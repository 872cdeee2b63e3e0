import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Pool } from 'pg'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import type { Alert } from '../../src/market/records/alert/alert.ts'
import type { Composite } from '../../src/market/records/derived/composite.ts'
import type { Indicators } from '../../src/market/records/derived/indicators.ts'
import type { Kpi } from '../../src/market/records/derived/kpi.ts'
import type { PairStats } from '../../src/market/records/derived/pair-stats.ts'
import type { Verification } from '../../src/market/records/derived/verification.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { postgresSink } from '../../src/sink/postgres/postgres-sink.ts'
import type { PostgresValue } from '../../src/sink/postgres/postgres-value.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import type { Received } from '../../src/stream/sink.ts'
import type { Topic } from '../../src/stream/topic.ts'
import { alerts, composites, indicators, pairs, verifications } from '../../src/topics.ts'
import { candleAt } from '../support/candles.ts'
import { indicatorsOf } from '../support/indicators.ts'
import { kpiOf } from '../support/kpis.ts'
import { incoming } from '../support/records.ts'
import { testDatabase } from '../support/servers.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool

/** The one in topics/NAME.json. */
const exampleOf = <T>({ name, codec }: Topic<T>): T =>
  codec.decode(Buffer.from(JSON.stringify(readTopicFiles().find(file => file.name === name)!.example.value)))

const examplePair = exampleOf(pairs)

beforeAll(async () => {
  database = await testDatabase()
  pool = createPool(database.url, 'test')
  await migrate(pool, readMigrations())
})

afterAll(async () => {
  await pool.end()
  await database.drop()
})

beforeEach(async () => {
  await pool.query('truncate verifications, composites, kpis, indicators, pair_stats, alerts, candles, instruments')
})

const rows = async (table: string): Promise<readonly Record<string, unknown>[]> =>
  (await pool.query(`select * from ${table} order by symbol`)).rows

const kpi = (more: Partial<Kpi> = {}): Received<PostgresValue> => ({
  value: { kind: 'kpi', kpi: kpiOf(more) },
  record: incoming({ topic: 'kpi' })
})

const lines = (more: Partial<Indicators> = {}): Received<PostgresValue> => ({
  value: { kind: 'indicators', indicators: indicatorsOf(more) },
  record: incoming({ topic: 'indicators' })
})

const statistics = (more: Partial<PairStats> = {}): Received<PostgresValue> => ({
  value: { kind: 'pair', stats: { ...examplePair, ...more } },
  record: incoming({ topic: 'pairs' })
})

const candle: Received<PostgresValue> = {
  value: { kind: 'candle', candle: candleAt(0, { symbol: 'ETH/USDT' }) },
  record: incoming()
}

const write = (...values: readonly Received<PostgresValue>[]) =>
  postgresSink(pool, 'sink-postgres').write({ values, advances: [] }, new AbortController().signal)

test('a verification is kept as it was made, and gives way to that of the same or a newer revision', async () => {
  const example = exampleOf(verifications)
  const of = (more: Partial<Verification> = {}): Received<PostgresValue> => ({
    value: { kind: 'verification', verification: { ...example, ...more } },
    record: incoming({ topic: verifications.name })
  })
  await write(of())
  expect(await rows('verifications')).toMatchObject([
    {
      result: 'different',
      revision: 0,
      open_time: new Date(example.openTime),
      differences: [{ field: 'volume', ours: '12.34567', theirs: '12.34568' }],
      verified_to: new Date(example.verifiedTo!)
    }
  ])
  await write(of({ revision: 1, result: 'equal', differences: [], verifiedTo: null }), of())
  await write(of())
  expect(await rows('verifications')).toMatchObject([
    { result: 'equal', revision: 1, differences: [], verified_to: null }
  ])
})

test('a composite is kept as it was made, and gives way to that of the same or a newer revision', async () => {
  const example = exampleOf(composites)
  const of = (more: Partial<Composite> = {}): Received<PostgresValue> => ({
    value: { kind: 'composite', composite: { ...example, ...more } },
    record: incoming({ topic: composites.name })
  })
  await write(of(), of({ simulated: true, price: null, missing: [] }))
  expect(await rows('composites')).toMatchObject([
    {
      simulated: false,
      open_time: new Date(example.openTime),
      price: example.price,
      volume: example.volume,
      venues: example.venues,
      missing: example.missing
    },
    { simulated: true, price: null, missing: [] }
  ])
  await write(of({ revision: 1, volume: '3' }), of())
  await write(of())
  expect((await rows('composites')).filter(({ simulated }) => !simulated)).toMatchObject([
    { revision: '1', volume: '3' }
  ])
})

describe('statistics of pairs in PostgreSQL', () => {
  const stored = async () => (await pool.query('select * from pair_stats order by method')).rows

  test('one row a candle and method, and what is undefined is null', async () => {
    await write(statistics({ halfLife: null }), statistics({ method: 'kalman', cointegrated: null }))
    expect(await stored()).toMatchObject([
      { method: 'kalman', cointegrated: null, half_life: examplePair.halfLife },
      {
        a: examplePair.a,
        b: examplePair.b,
        interval: examplePair.interval,
        open_time: new Date(examplePair.openTime),
        window: examplePair.window,
        method: 'ols',
        alpha: examplePair.alpha,
        beta: examplePair.beta,
        z_score: examplePair.zScore,
        eg_p_value: examplePair.egPValue,
        half_life: null
      }
    ])
  })

  test('what is computed again after a revision takes the place of what was there, also within a batch', async () => {
    await write(statistics({ beta: 1 }), statistics({ beta: 2 }))
    await write(statistics({ beta: 3 }))
    expect(await stored()).toMatchObject([{ beta: 3 }])
  })
})

describe('alerts in PostgreSQL', () => {
  const raised = (more: Partial<Alert> = {}): Received<PostgresValue> => ({
    value: { kind: 'alert', alert: { ...exampleOf(alerts), ...more } as Alert },
    record: incoming({ topic: 'alerts' })
  })

  test('an alert and its end are a row each, and what comes again changes nothing', async () => {
    await write(raised({ state: 'firing' }), raised({ state: 'resolved', value: null }), raised({ state: 'firing' }))
    await write(raised({ state: 'firing' }))
    const stored = (await pool.query('select * from alerts order by state')).rows
    const { id, rule, kind, priority, time, message } = exampleOf(alerts)
    expect(stored).toMatchObject([
      { id, rule, kind, priority, time: new Date(time), message, state: 'firing' },
      { id, state: 'resolved', value: null }
    ])
  })
})

describe('indicators in PostgreSQL', () => {
  test('stand there figure by figure, and what is undefined is null', async () => {
    await write(lines({ rsi14: null }))
    expect(await rows('indicators')).toEqual([
      {
        exchange: 'binance',
        symbol: 'ETH/USDT',
        interval: '1m',
        open_time: new Date(1_723_161_540_000),
        final: true,
        revision: 0,
        sma20: 1.5,
        ema20: 2.5,
        rsi14: null,
        macd: 4.5,
        macd_signal: 5.5,
        macd_histogram: 6.5,
        bb_upper: 7.5,
        bb_middle: 8.5,
        bb_lower: 9.5,
        atr14: 10.5,
        vwap: 11.5,
        obv: 12.5,
        stoch_k: 13.5,
        stoch_d: 14.5,
        stored_at: expect.any(Date)
      }
    ])
    expect(await rows('instruments')).toMatchObject([{ exchange: 'binance', symbol: 'ETH/USDT' }])
  })

  test('are those of the highest revision, in whatever order they come', async () => {
    await write(lines({ revision: 1, obv: 1 }), lines({ revision: 2, obv: 2 }), lines({ revision: 0, obv: 0 }))
    await write(lines({ revision: 1, obv: 1 }))
    expect(await rows('indicators')).toMatchObject([{ revision: 2, obv: 2 }])
  })

  test('of open candles are no history', () => {
    const { read } = postgresSink(pool, 'sink-postgres')
    const recordOf = (of: Indicators) =>
      incoming({ topic: 'indicators', value: Buffer.from(indicators.codec.encode(of)) })
    expect(read(recordOf(indicatorsOf()))).toEqual(lines().value)
    expect(read(recordOf(indicatorsOf({ final: false })))).toBeNull()
  })
})

describe('KPIs in PostgreSQL', () => {
  test('a KPI stands there figure by figure, and what is undefined is null', async () => {
    await write(kpi({ bid: null, macdSignal: null }))
    expect(await rows('kpis')).toEqual([
      {
        id: expect.any(String),
        exchange: 'binance',
        symbol: 'ETH/USDT',
        time: new Date(1_723_161_605_000),
        open: 1.5,
        high: 2.5,
        low: 3.5,
        close: 4.5,
        bid: null,
        ask: 6.5,
        base_volume: 7.5,
        quote_volume: 8.5,
        price_change_pct: 9.5,
        price_spread: 10.5,
        daily_range: 11.5,
        vwap: 12.5,
        market_depth_ratio: 13.5,
        order_book_imbalance: 14.5,
        turnover_ratio: 15.5,
        macd: 16.5,
        macd_signal: null,
        macd_histogram: 18.5,
        stored_at: expect.any(Date)
      }
    ])
  })

  test('of a moment the KPI that came last stays, under the id of the first', async () => {
    await write(kpi({ close: 1 }), kpi({ close: 2 }))
    const [before] = await rows('kpis')
    expect(before).toMatchObject({ close: 2 })
    await write(kpi({ close: 3 }))
    expect(await rows('kpis')).toEqual([{ ...before, close: 3 }])
  })

  test('crypto_prices shows the KPIs under its own names', async () => {
    await write(kpi())
    expect(await rows('crypto_prices')).toEqual([
      {
        id: expect.any(String),
        symbol: 'ETH/USDT',
        timestamp: new Date(1_723_161_605_000),
        price_change_pct: 9.5,
        price_spread: 10.5,
        daily_range: 11.5,
        vwap: 12.5,
        market_depth_ratio: 13.5,
        order_book_imbalance: 14.5,
        turnover_ratio: 15.5
      }
    ])
  })

  test('an instrument is known from its first KPI as well, once', async () => {
    await write(candle, kpi(), kpi())
    expect(await rows('instruments')).toMatchObject([{ exchange: 'binance', symbol: 'ETH/USDT' }])
  })
})

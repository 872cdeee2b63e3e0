import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Pool } from 'pg'
import type { Interval } from '../../src/market/interval.ts'
import { epochMs } from '../../src/market/time.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createLog } from '../../src/runtime/observe/log.ts'
import { metrics } from '../../src/runtime/observe/metrics.ts'
import { keepPartitions, makePartitions } from '../../src/sink/postgres/partition/keep-partitions.ts'
import { openPartitions } from '../../src/sink/postgres/partition/partitions.ts'
import { partitionAt, rangedTables } from '../../src/sink/postgres/partition/ranged-tables.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { postgresSink } from '../../src/sink/postgres/postgres-sink.ts'
import type { PostgresValue } from '../../src/sink/postgres/postgres-value.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import type { Received } from '../../src/stream/sink.ts'
import { candleAt } from '../support/candles.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { kpiOf } from '../support/kpis.ts'
import { incoming } from '../support/records.ts'
import { testDatabase } from '../support/servers.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 5, 15, 12)
const NEVER = new AbortController().signal
const { retention } = readConfig({})

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool

beforeEach(async () => {
  database = await testDatabase()
  pool = createPool(database.url, 'test')
  await migrate(pool, readMigrations())
})

afterEach(async () => {
  await pool.end()
  await database.drop()
})

const query = async <T extends object>(text: string): Promise<readonly T[]> => (await pool.query<T>(text)).rows

/** Where rows of a table stand, and how many. */
const placed = async (table: string): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries(
    (
      await query<{ name: string; n: number }>(
        `select tableoid::regclass::text as name, count(*)::int as n from ${table} group by 1 order by 1`
      )
    ).map(({ name, n }) => [name, n])
  )

const candle = (interval: Interval, openTime: number, revision = 0): Received<PostgresValue> => ({
  value: { kind: 'candle', candle: candleAt(0, { interval, openTime: epochMs(openTime), revision }) },
  record: incoming()
})

const kpi = (time: number): Received<PostgresValue> => ({
  value: { kind: 'kpi', kpi: kpiOf({ time: epochMs(time) }) },
  record: incoming({ topic: 'kpi' })
})

/** A sink whose partitions are kept by hand. */
const openSink = (now = NOW) => {
  const clock = {
    ...fakeClock(),
    now: () => epochMs(now),
    onSleep: () => undefined as void,
    sleep: async () => clock.onSleep()
  }
  const health = createHealth()
  const partitions = openPartitions({ pool, retention, clock, log: createLog('test', 'silent'), health })
  const sink = postgresSink(pool, 'sink-postgres', partitions)
  const store = (...values: readonly Received<PostgresValue>[]) => sink.write({ values, advances: [] }, NEVER)
  return { partitions, store, clock }
}

/** One round of upkeep by an open sink. */
const keepOnce = async ({ partitions, clock }: ReturnType<typeof openSink>): Promise<void> => {
  const ended = new AbortController()
  clock.onSleep = () => ended.abort()
  await partitions.keep(ended.signal)
}

const insertInto = (interval: string, time: number): Promise<unknown> =>
  pool.query(
    `insert into candles values ('binance', 'BTC/USDT', $1, $2, $2, 1, 1, 1, 1, 1, 1, 1, 1, 1, '5', '5', 0, true, 'traded')`,
    [interval, new Date(time).toISOString()]
  )

test('partitions of a table follow each other without a gap, and every time belongs to one', () => {
  const time = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) })
  fc.assert(
    fc.property(fc.constantFrom(...rangedTables), time, (ranged, ms) => {
      const { from, to, name } = partitionAt(ranged, epochMs(ms))
      expect(from <= ms && ms < to).toBe(true)
      expect(partitionAt(ranged, from).name).toBe(name)
      expect(partitionAt(ranged, to)).toMatchObject({ from: to })
      expect(from % DAY).toBe(0)
    })
  )
})

describe('rows that the sink stores', () => {
  test('stand in partitions that it made for them: a day of 1s, a month of 1m, a year of 1h', async () => {
    const { store } = openSink()
    await store(candle('1s', NOW), candle('1s', NOW + DAY), candle('1m', NOW), candle('1h', NOW), kpi(NOW))
    expect(await placed('candles')).toEqual({
      candles_1s_20260615: 1,
      candles_1s_20260616: 1,
      candles_1m_202606: 1,
      candles_1h_2026: 1
    })
    expect(await placed('kpis')).toEqual({ kpis_20260615: 1 })
  })

  test('say when they were stored, and a revision when it was', async () => {
    const { store } = openSink()
    await store(candle('1m', NOW))
    const storedAt = async () => (await query<{ at: Date }>('select stored_at as at from candles'))[0]!.at.getTime()
    const first = await storedAt()
    await store(candle('1m', NOW))
    expect(await storedAt()).toBe(first)
    await store(candle('1m', NOW, 1))
    expect(await storedAt()).toBeGreaterThan(first)
  })

  test('that came later than they are kept are counted, and not stored; the others of the batch are', async () => {
    const open = openSink()
    await open.store(candle('1s', NOW))
    await keepOnce(open)
    const counted = async () => (await metrics.rowsPast.get()).values.reduce((sum, { value }) => sum + value, 0)
    const before = await counted()
    await open.store(candle('1s', NOW - 9 * DAY), candle('1m', NOW - 9 * DAY))
    expect((await counted()) - before).toBe(1)
    expect(await placed('candles')).toEqual({ candles_1s_20260615: 1, candles_1m_202606: 1 })
  })

  test('stand in the rest while the role may make no partitions, and it is said', async () => {
    await pool.query('create role no_owner; grant no_owner to current_user')
    try {
      await pool.query(
        'grant usage on schema public to no_owner; grant select, insert, update on all tables in schema public to no_owner'
      )
      const own = createPool(database.url, 'test')
      own.on('connect', client => void client.query('set role no_owner'))
      const health = createHealth()
      const clock = { ...fakeClock(), now: () => epochMs(NOW) }
      const partitions = openPartitions({ pool: own, retention, clock, log: createLog('test', 'silent'), health })
      const sink = postgresSink(own, 'sink-postgres', partitions)
      await sink.write({ values: [candle('1s', NOW), kpi(NOW)], advances: [] }, NEVER)
      await sink.close()
      expect(await placed('candles')).toEqual({ candles_1s_rest: 1 })
      expect(health.notes().join()).toMatch(/partitions: .*(owner|permission)/)
    } finally {
      await pool.query('drop owned by no_owner; drop role no_owner')
    }
  })
})

describe('upkeep', () => {
  const keep = (now = NOW) => keepPartitions(pool, retention, epochMs(now))

  test('moves what others inserted into partitions, and makes the next one', async () => {
    for (const time of [NOW, NOW + 1_000, NOW - 40 * DAY]) await insertInto('1m', time)
    expect(await placed('candles')).toEqual({ candles_1m_rest: 3 })
    await keep()
    expect(await placed('candles')).toEqual({ candles_1m_202606: 2, candles_1m_202605: 1 })
    expect(await query("select relname from pg_class where relname = 'candles_1m_202607'")).toHaveLength(1)
    await insertInto('1m', NOW + 2_000)
    expect(await placed('candles')).toMatchObject({ candles_1m_202606: 3 })
  })

  test('drops a partition when all that it holds is past, and not a moment earlier', async () => {
    const { store } = openSink()
    const market = Date.UTC(2026, 5, 15)
    const old = Date.UTC(2026, 5, 7)
    await store(
      candle('1s', old),
      candle('5s', old),
      candle('1m', old),
      candle('1d', old),
      candle('1s', market - 1_000)
    )
    await keep()
    expect(await placed('candles')).toMatchObject({ candles_1s_20260607: 1 })
    await store(candle('1s', market))
    const { dropped } = await keep()
    expect(dropped).toEqual(['candles_1s_20260607'])
    expect(await placed('candles')).toEqual({
      candles_1s_20260614: 1,
      candles_1s_20260615: 1,
      candles_5s_20260607: 1,
      candles_1m_202606: 1,
      candles_1d_2026: 1
    })
  })

  test('counts from the newest candle: a past market is kept, and a time to come drops nothing', async () => {
    const { store } = openSink()
    await store(candle('1s', NOW))
    await pool.query(`insert into instruments values ('binance', 'BTC/USDT') on conflict do nothing`)
    expect((await keep(NOW + 1_000 * DAY)).dropped).toEqual([])
    await insertInto('1s', NOW + 500 * DAY)
    expect((await keep(NOW + DAY)).dropped).toEqual([])
    expect((await keep(NOW + 500 * DAY)).dropped).toContain('candles_1s_20260615')
  })

  test('by several at once does everything once', async () => {
    for (let day = 0; day < 5; day++) await insertInto('1s', NOW - day * DAY)
    const rounds = await Promise.all([keep(), keep(), keep()])
    const made = rounds.flatMap(round => round.made)
    expect(made).toHaveLength(new Set(made).size)
    expect(Object.values(await placed('candles'))).toEqual([1, 1, 1, 1, 1])
  })

  test('stands in no deadlock with a reader who comes to its tables in another order', async () => {
    const wanted = ['candles_1s', 'candles_1m'].map(name => {
      const ranged = rangedTables.find(one => one.name === name)!
      return { ranged, partition: partitionAt(ranged, epochMs(NOW)) }
    })
    const reader = await pool.connect()
    try {
      await reader.query('begin')
      await reader.query('select from candles_1m_rest')
      const making = makePartitions(pool, wanted).catch((error: unknown) => error)
      await sleep(500)
      await reader.query('select from candles_1s_rest')
      await reader.query('commit')
      expect(await making).toEqual(wanted.map(({ partition }) => partition.name))
    } finally {
      reader.release()
    }
  })

  test('waits no longer than two seconds for a reader, and makes up for it in the next round', async () => {
    await insertInto('1s', NOW)
    const reader = await pool.connect()
    await reader.query('begin; select * from candles_1s_rest')
    await expect(keep()).rejects.toMatchObject({ code: 'TS-POSTGRES-AWAY' })
    await reader.query('commit')
    reader.release()
    await keep()
    expect(await placed('candles')).toEqual({ candles_1s_20260615: 1 })
  })
})

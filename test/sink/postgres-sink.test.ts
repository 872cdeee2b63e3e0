import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Pool } from 'pg'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Kpi } from '../../src/market/records/derived/kpi.ts'
import type { Gap } from '../../src/market/records/feed/gap.ts'
import type { InstrumentFacts } from '../../src/market/records/feed/instrument-facts.ts'
import { epochMs } from '../../src/market/time.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { postgresSink } from '../../src/sink/postgres/postgres-sink.ts'
import type { PostgresValue } from '../../src/sink/postgres/postgres-value.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import type { Received, SinkBatch } from '../../src/stream/sink.ts'
import { candles, deadLetters, exchangeKlines, gaps, kpis } from '../../src/topics.ts'
import { sinkContract } from '../contract/sink-contract.ts'
import { candleAt } from '../support/candles.ts'
import { kpiOf } from '../support/kpis.ts'
import { incoming } from '../support/records.ts'
import { testDatabase } from '../support/servers.ts'

const GROUP = 'sink-postgres'
const NEVER = new AbortController().signal

const TABLES = ['candles', 'kpis', 'instruments', 'gaps', 'dead_letters', 'kafka_offsets']

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

const clear = () => pool.query(`truncate ${TABLES.join(', ')}`)

const rows = async (table: string, order: string): Promise<readonly Record<string, unknown>[]> =>
  (await pool.query(`select * from ${table} order by ${order}`)).rows

const contents = async () => ({
  candles: await rows('candles', 'symbol, interval, open_time'),
  kpis: await rows('kpis', 'symbol, time'),
  gaps: await rows('gaps', 'from_id, epoch'),
  letters: await rows('dead_letters', 'record_offset'),
  instruments: await rows('instruments', 'symbol'),
  offsets: await rows('kafka_offsets', 'topic, partition')
})

const candle = (value: Candle): Received<PostgresValue> => ({
  value: { kind: 'candle', candle: value },
  record: incoming()
})

const kpi = (more: Partial<Kpi> = {}): Received<PostgresValue> => ({
  value: { kind: 'kpi', kpi: kpiOf(more) },
  record: incoming({ topic: 'kpi' })
})

const gap = (more: Partial<Gap>): Received<PostgresValue> => ({
  record: incoming(),
  value: {
    kind: 'gap',
    gap: {
      exchange: 'binance',
      symbol: 'BTC/USDT',
      fromId: '5',
      toId: '7',
      count: 3,
      detectedAt: epochMs(1_723_161_600_000),
      status: 'open',
      cause: 'disconnect',
      closedAt: null,
      ...more
    }
  }
})

const letter = (offset: string, detail: string, receivedAt = 1_723_161_600_000): Received<PostgresValue> => ({
  record: incoming({ topic: 'dead_letters', offset }),
  value: {
    kind: 'dead letter',
    letter: {
      stage: 'ingest',
      reason: 'undecodable',
      detail,
      origin: { exchange: 'binance', stream: `odd \0 ${String.fromCharCode(0xd800)} stream` },
      receivedAt: epochMs(receivedAt),
      payload: Buffer.from([0, 255, 1]).toString('base64')
    }
  }
})

const closed = { status: 'filled', closedAt: epochMs(1_723_161_700_000) } as const

const place = { topic: 'ohlcv_1m', partition: 3 }

const batch = (
  values: readonly Received<PostgresValue>[],
  stored: bigint | null,
  next: bigint
): SinkBatch<PostgresValue> => ({ values, advances: [{ ...place, stored, next }] })

const first = batch([candle(candleAt(0)), candle(candleAt(1)), kpi(), gap({}), letter('4', 'first')], null, 10n)
const second = batch(
  [candle(candleAt(1, { revision: 1, volume: '13' })), kpi({ macd: null }), gap(closed), letter('5', 'second')],
  10n,
  20n
)

sinkContract('PostgreSQL', async () => {
  await clear()
  return {
    open: () => postgresSink(createPool(database.url, 'test'), GROUP),
    batches: [first, second],
    refused: batch([candle(candleAt(0)), candle(candleAt(1, { missing: 99_999_999_999 }))], null, 10n),
    contents,
    close: async () => undefined
  }
})

describe('rows in PostgreSQL', () => {
  const sink = () => postgresSink(pool, GROUP)

  beforeEach(async () => {
    await clear()
  })

  test('a candle stands there as it was published, digit for digit', async () => {
    const whole = candleAt(0, { status: 'gap', missing: 7, volume: '123456789012345678.123456789012345678' })
    await sink().write(batch([candle(whole)], null, 1n), NEVER)
    expect((await contents()).candles).toMatchObject([
      {
        exchange: 'binance',
        symbol: 'BTC/USDT',
        interval: '1m',
        open_time: new Date(whole.openTime),
        close_time: new Date(whole.closeTime),
        open: '61685.98',
        high: '61720',
        low: '61680.5',
        close: '61685.99',
        volume: '123456789012345678.123456789012345678',
        quote_volume: '761543.1203987',
        trade_count: '10',
        taker_buy_volume: '6.1',
        taker_buy_quote_volume: '376300.02',
        first_trade_id: '1000',
        last_trade_id: '1009',
        revision: 0,
        final: true,
        status: 'gap',
        missing: 7,
        epoch: 0
      }
    ])
  })

  test('the newest revision of a window stays, in whatever order they come', async () => {
    const of = (revision: number) => candle(candleAt(0, { revision, volume: String(revision + 1) }))
    await sink().write(batch([of(1), of(3), of(2)], null, 1n), NEVER)
    await sink().write(batch([of(0), of(2)], 1n, 2n), NEVER)
    expect((await contents()).candles).toMatchObject([{ revision: 3, volume: '4' }])
  })

  test("the exchange's own candle stands there until one of ours does, whichever comes first", async () => {
    const { firstTradeId, lastTradeId, revision, final, status, interval, ...theirs } = candleAt(0, { volume: '99' })
    const kline = { ...theirs, interval: '1m' as const }
    const value = Buffer.from(exchangeKlines.codec.encode(kline))
    const read = sink().read(incoming({ topic: exchangeKlines.name, value }))
    const own = { record: incoming(), value: read! }
    await sink().write(batch([own], null, 1n), NEVER)
    const fromExchange = { volume: '99', revision: -1, final: true, status: 'exchange', first_trade_id: null }
    expect((await contents()).candles).toMatchObject([fromExchange])
    await sink().write(batch([own, candle(candleAt(0))], 1n, 2n), NEVER)
    await sink().write(batch([own], 2n, 3n), NEVER)
    expect((await contents()).candles).toMatchObject([{ volume: '12.34567', revision: 0, status: 'traded' }])
  })

  test('of a hole the last word counts, and its instrument is known by its candles alone', async () => {
    await sink().write(batch([gap({}), gap(closed)], null, 1n), NEVER)
    const { gaps: holes, instruments } = await contents()
    expect(holes).toMatchObject([{ from_id: '5', to_id: '7', count: '3', status: 'filled', cause: 'disconnect' }])
    expect(instruments).toEqual([])
  })

  test('a hole of ids that began anew is another one, and a candle says of which ids it is', async () => {
    const anew = gap({ epoch: 1, count: 2, toId: '6' })
    await sink().write(batch([gap(closed), anew, candle(candleAt(0, { epoch: 1 }))], null, 1n), NEVER)
    const { gaps: holes, candles: stored } = await contents()
    expect(holes).toMatchObject([
      { from_id: '5', epoch: 0, status: 'filled' },
      { from_id: '5', epoch: 1, status: 'open', count: '2' }
    ])
    expect(stored).toMatchObject([{ epoch: 1 }])
  })

  test('an instrument is known from its first candle', async () => {
    await sink().write(batch([candle(candleAt(0))], null, 1n), NEVER)
    expect((await contents()).instruments).toMatchObject([
      { exchange: 'binance', symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', native: null, checked_at: null }
    ])
  })

  describe('what a list tells of an instrument', () => {
    const CHECKED = epochMs(1_723_161_605_000)
    const facts = (more: Partial<InstrumentFacts> = {}): Received<PostgresValue> => ({
      record: incoming({ topic: 'instruments' }),
      value: {
        kind: 'instrument',
        facts: {
          exchange: 'binanceusdm',
          symbol: '币安人生/USDT:USDT',
          native: '币安人生USDT',
          base: '币安人生',
          quote: 'USDT',
          type: 'swap',
          contractType: 'TRADIFI_PERPETUAL',
          assetClass: 'EQUITY',
          tickSize: '0.0000001',
          lotSize: '1',
          minSize: '10',
          contractSize: null,
          status: 'TRADING',
          listedAt: epochMs(1_700_000_000_000),
          expiresAt: null,
          sessions: [{ from: epochMs(1_723_100_000_000), to: epochMs(1_723_200_000_000), type: 'REGULAR' }],
          delisted: false,
          checkedAt: CHECKED,
          ...more
        }
      }
    })
    const stored = async () => (await contents()).instruments

    test('stands there field by field, in any alphabet', async () => {
      await sink().write(batch([facts()], null, 1n), NEVER)
      expect(await stored()).toEqual([
        {
          exchange: 'binanceusdm',
          symbol: '币安人生/USDT:USDT',
          native: '币安人生USDT',
          base: '币安人生',
          quote: 'USDT',
          type: 'swap',
          contract_type: 'TRADIFI_PERPETUAL',
          asset_class: 'EQUITY',
          tick_size: '0.0000001',
          lot_size: '1',
          min_size: '10',
          contract_size: null,
          status: 'TRADING',
          listed_at: new Date(1_700_000_000_000),
          expires_at: null,
          sessions: [{ from: 1_723_100_000_000, to: 1_723_200_000_000, type: 'REGULAR' }],
          delisted: false,
          checked_at: new Date(CHECKED)
        }
      ])
    })

    test('is what it told last, in whatever order it comes, and a candle takes nothing from it', async () => {
      const named = { exchange: 'binanceusdm', symbol: '币安人生/USDT:USDT' }
      const later = facts({ status: null, delisted: true, checkedAt: epochMs(CHECKED + 3_600_000) })
      await sink().write(batch([candle(candleAt(0, named))], null, 1n), NEVER)
      expect(await stored()).toMatchObject([{ quote: 'USDT', native: null, checked_at: null }])
      await sink().write(batch([facts(), later], 1n, 2n), NEVER)
      await sink().write(batch([facts(), candle(candleAt(1, named))], 2n, 3n), NEVER)
      expect(await stored()).toMatchObject([{ status: null, delisted: true, tick_size: '0.0000001' }])
    })
  })

  test('a dead letter keeps its bytes, whatever its text holds', async () => {
    await sink().write(batch([letter('9', 'odd \0 detail')], null, 1n), NEVER)
    const [row] = (await contents()).letters
    expect(row).toMatchObject({ record_offset: '9', detail: 'odd \uFFFD detail', payload: Buffer.from([0, 255, 1]) })
    expect(row?.origin).toEqual({ exchange: 'binance', stream: 'odd \uFFFD \uFFFD stream' })
  })

  test('a dead letter at the offset of an older one, as in a topic made anew, is kept beside it, and once', async () => {
    const [older, newer] = [letter('9', 'older'), letter('9', 'newer', 1_723_161_600_001)]
    await sink().write(batch([older], null, 1n), NEVER)
    await sink().write(batch([older, newer], 1n, 2n), NEVER)
    expect((await contents()).letters.map(({ detail }) => detail).sort()).toEqual(['newer', 'older'])
  })

  test('what the topics hold is read; open candles and tombstones are none of its business', () => {
    const recordOf = (topic: string, value: string | null) =>
      incoming({ topic, value: value === null ? null : Buffer.from(value) })
    const { read } = sink()
    const final = candleAt(0)
    expect(read(recordOf('ohlcv_1m', candles['1m'].codec.encode(final)))).toEqual({ kind: 'candle', candle: final })
    expect(read(recordOf('ohlcv_1m', candles['1m'].codec.encode({ ...final, final: false })))).toBeNull()
    expect(read(recordOf('ohlcv_1m', JSON.stringify({ ...final, final: false }, null, 1)))).toBeNull()
    expect(read(recordOf(kpis.name, kpis.codec.encode(kpiOf())))).toEqual({ kind: 'kpi', kpi: kpiOf() })
    expect(read(recordOf(gaps.name, null))).toBeNull()
    expect(() => read(recordOf('ohlcv_1m', 'garbage'))).toThrow('not JSON')
    expect(() => read(recordOf(deadLetters.name, '{}'))).toThrow('stage')
  })

  test('a database without tables says what to do', async () => {
    const empty = await testDatabase()
    const unmade = postgresSink(createPool(empty.url, 'test'), GROUP)
    const attempt = unmade.positions?.([place])
    await expect(attempt).rejects.toMatchObject({ code: 'TS-POSTGRES-SETUP', retryable: false })
    await expect(attempt).rejects.toThrow('run `tickstream migrate`')
    await unmade.close()
    await empty.drop()
  })

  test('a database that is away is an outage, not bad data', async () => {
    const away = postgresSink(createPool('postgres://nobody@127.0.0.1:1/none', 'test'), GROUP)
    await expect(away.write(first, NEVER)).rejects.toMatchObject({ code: 'TS-POSTGRES-AWAY', retryable: true })
    await away.close()
  })

  test('a connection that is cut in the middle is an outage, and nothing of the batch is stored', async () => {
    const cut = async (): Promise<void> => {
      await pool.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tickstream-cut' and datname = current_database()"
      )
    }
    const victims = createPool(database.url, 'cut')
    const victim = postgresSink(victims, GROUP)
    const blocker = await pool.connect()
    await blocker.query('begin; lock table candles in access exclusive mode')
    const attempt = victim.write(first, NEVER)
    attempt.catch(() => undefined)
    const isWaiting = async (): Promise<boolean> => {
      const { rowCount } = await blocker.query('select from pg_locks where not granted')
      return rowCount !== 0
    }
    while (!(await isWaiting()));
    await cut()
    await expect(attempt).rejects.toMatchObject({ code: 'TS-POSTGRES-AWAY', retryable: true })
    await blocker.query('rollback')
    blocker.release()
    expect((await contents()).offsets).toEqual([])
    expect(await victim.write(first, NEVER)).toBe('written')
    await victim.close()
  })
})

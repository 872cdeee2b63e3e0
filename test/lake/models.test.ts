import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { liveFiles, putEntry } from '../../src/lake/manifest/manifest.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { RECORDED, recordedTrades } from '../support/recording.ts'
import { finalsOf, GOLD, keyOf, modelScene, type Told, told } from './model-scene.ts'

const MIDNIGHT = Date.UTC(2024, 7, 9)
const DAY = 86_400_000

const tradeAt = (n: number, of: Partial<Trade> = {}): Trade => ({
  exchange: 'binance',
  symbol: 'BTC/USDT',
  id: String(n),
  price: `${61_000 + ((n * 7919) % 997)}.${1 + ((n * 31) % 9)}`,
  quantity: `0.${String(1 + ((n * 104_729) % 99_999)).padStart(8, '0')}1`.replace(/0+$/, ''),
  // Three trades to a moment, so that ids decide, and 9 stands before 10.
  time: epochMs(MIDNIGHT - 120_000 + Math.floor(n / 3) * 900),
  receivedAt: epochMs(MIDNIGHT - 119_000 + n * 300),
  side: n % 3 === 0 ? 'sell' : 'buy',
  via: 'stream',
  ...of
})

const trades = (from: number, to: number, of: Partial<Trade> = {}): readonly Trade[] =>
  Array.from({ length: to - from }, (_, n) => tradeAt(from + n, of))

/** Closes all windows of before. */
const closing = (id: number, of: Partial<Trade> = {}): Trade =>
  tradeAt(id, { time: epochMs(MIDNIGHT + 3 * DAY), receivedAt: epochMs(MIDNIGHT + 3 * DAY), ...of })

const SILVER = 'select * exclude (batch) from silver_trades order by exchange, instrument, number'

describe('the models of a lake', () => {
  let scene: ReturnType<typeof modelScene>

  beforeEach(() => {
    scene = modelScene()
  })

  afterEach(() => rmSync(scene.folder, { recursive: true, force: true }))

  const gold = async (database: string): Promise<readonly Told[]> => (await scene.rows(database, GOLD)).map(told)
  const expectGold = async (database: string, ticks: readonly Trade[]): Promise<void> => {
    const made = new Map((await gold(database)).map(candle => [keyOf(candle), candle]))
    const finals = finalsOf(ticks)
    expect(finals.length).toBeGreaterThan(4)
    for (const final of finals) expect(made.get(keyOf(final))).toEqual(final)
    const endOf = (symbol?: string): number => Math.max(...ticks.filter(of => of.symbol === symbol).map(of => of.time))
    const due = [...made.values()].filter(of => Number(of.closeTime) <= endOf(of.instrument))
    expect(due.length).toBe(finals.length)
  }

  test('gold equals the candles of the stream, digit for digit, with copies and late files', async () => {
    const all = trades(1, 1_500)
    const late = all.filter((_, n) => n % 10 === 4)
    await scene.write(all.filter((_, n) => n % 10 !== 4))
    await scene.write([
      ...late,
      ...trades(1, 400).map(trade => ({
        ...trade,
        via: 'history' as const,
        receivedAt: epochMs(trade.receivedAt + 5_000)
      })),
      closing(1_500)
    ])
    const built = await scene.build('lake.duckdb')
    expect(built.tests.filter(({ rows }) => rows > 0)).toEqual([])
    expect(
      await scene.rows('lake.duckdb', 'select count(*) as n, count(distinct trade_id) as ids from silver_trades')
    ).toEqual([{ n: '1500', ids: '1500' }])
    await expectGold('lake.duckdb', [...all, closing(1_500)])
  })

  test('built after each file it is what it is when it is built once', async () => {
    const parts = [
      trades(1, 300),
      trades(450, 900),
      [...trades(280, 460), ...trades(10, 40, { via: 'history', receivedAt: epochMs(MIDNIGHT - 200_000) })],
      [closing(900)]
    ]
    for (const part of parts) {
      await scene.write(part)
      await scene.build('steps.duckdb')
      await scene.build('steps.duckdb')
    }
    await scene.build('once.duckdb')
    expect(await gold('steps.duckdb')).toEqual(await gold('once.duckdb'))
    const silver = await scene.rows('steps.duckdb', SILVER)
    expect(silver.length).toBe(900)
    expect(silver).toEqual(await scene.rows('once.duckdb', SILVER))
    await expectGold('steps.duckdb', [...trades(1, 900), closing(900)])
    await scene.build('steps.duckdb', true)
    expect(await gold('steps.duckdb')).toEqual(await gold('once.duckdb'))
  })

  test('sums are exact where no decimal of the database holds them', async () => {
    const wide = {
      price: '99999999999999999999.123456789012345678',
      quantity: '98765432109876543210.987654321098765432'
    }
    const fine = { price: '0.000000000000000001', quantity: '0.000000000000000003' }
    const all = [
      ...trades(1, 40, { symbol: 'WIDE/USDT', ...wide }),
      closing(40, { symbol: 'WIDE/USDT' }),
      ...trades(1, 40, { symbol: 'FINE/USDT', ...fine }),
      closing(40, { symbol: 'FINE/USDT' })
    ]
    await scene.write(all)
    await scene.build('lake.duckdb')
    await expectGold('lake.duckdb', all)
  })

  test('a price that DECIMAL(38,18) cannot hold fails the build, and its windows have no candle', async () => {
    await scene.write(trades(1, 100))
    await scene.build('lake.duckdb')
    expect((await gold('lake.duckdb')).filter(({ interval }) => interval === '1d').length).toBe(1)
    await scene.write([tradeAt(100, { price: '0.0000000000000000001' })])
    const built = await scene.build('lake.duckdb')
    expect(built.tests.filter(({ isFault }) => isFault)).toEqual([{ name: 'every_trade_fits', rows: 1, isFault: true }])
    expect((await gold('lake.duckdb')).filter(({ interval }) => interval === '1d')).toEqual([])
  })

  test('the views of floating-point numbers hold every trade and candle, those too that no decimal holds', async () => {
    const all = [
      ...trades(1, 50),
      tradeAt(50, { price: '0.0000000000000000001', quantity: '3', time: epochMs(MIDNIGHT + 5 * DAY) })
    ]
    await scene.write(all)
    await scene.build('lake.duckdb')
    const due = all.reduce((sum, { price, quantity }) => sum + Number(price) * Number(quantity), 0)
    const [row] = await scene.rows(
      'lake.duckdb',
      'select count(*) as n, sum(price * quantity) as a, sum(quote_quantity) as b from trades_double'
    )
    expect(row!.n).toBe('50')
    for (const sum of [row!.a, row!.b]) expect(Number(sum)).toBeCloseTo(due, 3)
    const [candles] = await scene.rows(
      'lake.duckdb',
      `select typeof(any_value(close)) as type, max(high) as high from candles_double`
    )
    expect(candles!.type).toBe('DOUBLE')
    expect(Number(candles!.high)).toBe(Math.max(...all.slice(0, -1).map(({ price }) => Number(price))))
  })

  test('a hole between ids is told, and is no fault', async () => {
    await scene.write([...trades(1, 50), ...trades(60, 90)])
    const { tests } = await scene.build('lake.duckdb')
    expect(tests.filter(({ rows }) => rows > 0)).toEqual([{ name: 'ids_are_contiguous', rows: 1, isFault: false }])
  })

  test('files that were merged into others are not read, nor those that no entry vouches for', async () => {
    await scene.write(trades(1, 50))
    await scene.write(trades(50, 90))
    const [first] = await liveFiles(scene.store)
    const entry = {
      schema: 'raw_ticks/2',
      topic: 'raw_ticks',
      partition: 0,
      made: 0,
      firstOffset: 0,
      lastOffset: 88
    } as const
    await putEntry(scene.store, { ...entry, files: [first!] })
    await scene.store.put('raw_ticks/venue=binance/symbol=BTC-USDT/date=2024-08-08/stray.parquet', [Buffer.from('x')])
    await scene.build('lake.duckdb')
    const live = (await liveFiles(scene.store)).map(({ path }) => path)
    expect(await scene.rows('lake.duckdb', 'select path from live_files')).toEqual(live.map(path => ({ path })))
    expect(await scene.rows('lake.duckdb', 'select path from silver_files')).toEqual(live.map(path => ({ path })))
  })

  const recorded = RECORDED ? test : test.skip
  recorded('recorded trades make the candles of the stream (skipped where ../shared/data is absent)', async () => {
    const all = recordedTrades('btcusdt', 'BTC/USDT')
    await scene.write(all)
    await scene.build('lake.duckdb')
    await expectGold('lake.duckdb', all)
  })
})

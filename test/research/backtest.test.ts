import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseBacktest } from '../../src/research/backtest/backtest-request.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import { candleTable } from '../../src/sink/postgres/tables.ts'
import { candles as topics } from '../../src/topics.ts'
import { eventually } from '../support/eventually.ts'
import { runProgram } from '../support/program.ts'
import { testDatabase } from '../support/servers.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../support/test-kafka.ts'
import { folder } from './candle-csv.ts'
import { csvOf, PAIR, pairCandles, store } from './market-rows.ts'

const files = folder()
afterAll(files.remove)

const COUNT = 400
const candles = pairCandles(COUNT)
const A = files.write('a.csv', csvOf(candles, 'BTC/USDT'))
const B = files.write('b.csv', csvOf(candles, 'ETH/USDT'))
const RULES = ['--window', '60', '--fee-bps', '1', '--slippage-bps', '1']

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  runProgram(['backtest', ...RULES, ...args], { POSTGRES_URL: '', KAFKA_BROKERS: '', ...env })

const ofFiles = ['--a-csv', A, '--b-csv', B]

describe('backtest over files', () => {
  test('reports as JSON what its trades and its account add up to', async () => {
    const [trades, equity] = [files.at('new/trades.csv'), files.at('new/folder/equity.csv')]
    const { code, stdout } = await run([...ofFiles, '--json', '--trades', trades, '--equity', equity])
    const report = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(report).toMatchObject({
      a: 'a',
      b: 'b',
      interval: '1m',
      candles: COUNT,
      method: 'ols',
      window: 60,
      walkForward: false
    })
    expect(report).toMatchObject({ feeBps: 1, slippageBps: 1, entry: 2, exit: 0.5, stop: 4 })
    const [, ...rows] = readFileSync(trades, 'utf8').trim().split('\n')
    const profits = rows.map(row => Number(row.split(',').at(-1)))
    expect(rows.length).toBe(report.trades)
    expect(rows.length).toBeGreaterThan(3)
    expect(profits.reduce((sum, one) => sum + one, 0)).toBeCloseTo(report.profit, 6)
    const [header, ...points] = readFileSync(equity, 'utf8').trim().split('\n')
    expect(header).toBe('openTime,equity,side,score')
    expect(points).toHaveLength(COUNT - 59)
    expect(Number(points.at(-1)?.split(',')[1])).toBeCloseTo(10_000 + report.profit, 6)
    expect(Object.keys(report.shuffled)).toEqual(expect.arrayContaining(['trades', 'profit', 'sharpe', 'maxDrawdown']))
  })

  test('draws a table with the shuffled candles beside', async () => {
    const { code, stdout } = await run([...ofFiles, '--walk-forward', '--refit-every', '30', '--method', 'huber'])
    expect(code).toBe(0)
    expect(stdout).toContain('huber, a window of 60, fitted ahead every 30 candles')
    expect(stdout).toMatch(/ +market +shuffled\n/)
    expect(stdout).toMatch(/\nSharpe, a year +-?[\d.]+ +-?[\d.]+\n/)
  })

  test('takes the candles of a range, and the name of the pair', async () => {
    const from = new Date(candles[200]!.openTime).toISOString()
    const report = JSON.parse((await run([...ofFiles, '--from', from, '--pair', PAIR, '--json'])).stdout)
    expect(report).toMatchObject({ a: 'binance:BTC/USDT', candles: COUNT - 100, from: candles[200]!.openTime })
  })

  test('too few candles, or files of another interval, are told', async () => {
    const few = await run([...ofFiles, '--window', '1000'])
    expect(few).toMatchObject({ code: 1, stderr: expect.stringContaining(`${COUNT} candles in common, too few`) })
    const other = await run([...ofFiles, '--interval', '1h'])
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('candles of the files are 60 s apart') })
  })
})

describe('the options of backtest', () => {
  const said = (values: Record<string, string | boolean>): string => {
    try {
      parseBacktest(values)
      return 'nothing'
    } catch (error) {
      return String(error)
    }
  }

  test('cost something unless told otherwise', () => {
    const { rules, scores } = parseBacktest({ 'a-csv': 'a', 'b-csv': 'b' })
    expect(rules.feeBps).toBe(10)
    expect(rules.slippageBps).toBe(2)
    expect(scores).toEqual({ method: 'ols', window: 500, refitEvery: null, prices: 'plain' })
  })

  test('are told at once where they are wrong', () => {
    const all = said({ pair: 'BTC', interval: '7m', entry: '-1', 'fee-bps': 'free', to: 'today', 'refit-every': '5' })
    for (const part of [
      '"BTC" is not a pair',
      '--interval 7m',
      '--entry -1',
      '--fee-bps free',
      '--to today',
      '--refit-every'
    ])
      expect(all).toContain(part)
  })

  test('fit each other', () => {
    const ofTwo = { 'a-csv': 'a', 'b-csv': 'b' }
    expect(said({ ...ofTwo, entry: '1', exit: '2' })).toContain('each must be above the one before')
    expect(said({ ...ofTwo, 'fee-bps': '10000' })).toContain('all of the price')
    expect(said({ ...ofTwo, from: '2024-08-10', to: '2024-08-09' })).toContain('--to must be after --from')
    expect(said({ ...ofTwo, 'from-topic': true })).toContain('not both')
    expect(said({ 'a-csv': 'a' })).toContain('--b-csv is missing')
    expect(said({})).toContain('--pair is missing')
  })
})

describe('the same candles', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>
  let cluster: TestKafka
  let wanted: string

  beforeAll(async () => {
    database = await testDatabase()
    cluster = await testKafka()
    wanted = (await run([...ofFiles, '--pair', PAIR, '--json'])).stdout
    const pool = createPool(database.url, 'test')
    await migrate(pool, readMigrations())
    await store(pool, candleTable, candles)
    await pool.end()
  })

  afterAll(async () => {
    await database.drop()
    await cluster.sweep()
  })

  const args = ['--pair', PAIR, '--interval', '1m', '--json']

  test('from PostgreSQL give the same report', async () => {
    const { code, stdout } = await run(args, { POSTGRES_URL: database.url })
    expect({ code, stdout }).toEqual({ code: 0, stdout: wanted })
  })

  test('from their topic give the same report, open ones and older revisions apart', async () => {
    const topic = topics['1m']
    const first = candles[0]!
    const others = [
      { ...first, close: '1', final: false },
      { ...first, close: '61000' },
      { ...candles[9]!, symbol: 'BNB/USDT' }
    ]
    const all = [...others, ...candles.map(candle => ({ ...candle, revision: 1 }))]
    await createTopic(cluster, topic.name, 2)
    const messages = all.map(candle => ({
      key: topic.key(candle),
      value: topic.codec.encode(candle),
      timestamp: String(candle.openTime)
    }))
    await produce(cluster, topic.name, messages)
    const env = { KAFKA_BROKERS: cluster.brokers, TOPIC_PREFIX: cluster.prefix }
    let found = await run([...args, '--from-topic'], env)
    await eventually(
      async () => {
        if (found.stdout !== wanted) found = await run([...args, '--from-topic'], env)
        return found.stdout === wanted
      },
      () => found
    )
    const later = ['--from', new Date(candles[200]!.openTime).toISOString()]
    const since = JSON.parse((await run([...args, ...later, '--from-topic'], env)).stdout)
    expect(since).toMatchObject({ candles: COUNT - 100, from: candles[200]!.openTime })
  })

  test('without a database, or without its tables, it says what to do', async () => {
    expect(await run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('POSTGRES_URL is not set') })
    const empty = await testDatabase()
    const { code, stderr } = await run(args, { POSTGRES_URL: empty.url })
    await empty.drop()
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('run `tickstream migrate`') })
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parquetMetadata } from 'hyparquet'
import type { Pool } from 'pg'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { epochMs } from '../../src/market/time.ts'
import { openCandleFile } from '../../src/research/bars/candle-file.ts'
import { exportTables } from '../../src/research/export/export-tables.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import { candleTable, gapTable, indicatorTable, kpiTable, pairTable } from '../../src/sink/postgres/tables.ts'
import { candles as candleTopics, gaps, indicators, kpis, pairs } from '../../src/topics.ts'
import { candleAt } from '../support/candles.ts'
import { indicatorsOf } from '../support/indicators.ts'
import { kpiOf } from '../support/kpis.ts'
import { runProgram } from '../support/program.ts'
import { testDatabase } from '../support/servers.ts'
import { folder, jsonLinesOf, MINUTE } from './candle-csv.ts'
import { store } from './market-rows.ts'

const files = folder()
const COUNT = 12_001
const candles = Array.from({ length: COUNT }, (_, n) => candleAt(n, { volume: `${n}.123456789012345678` }))
const others = [
  candleAt(0, { symbol: 'ETH/USDT' }),
  candleAt(0, { interval: '1h', firstTradeId: null, lastTradeId: null, status: 'gap', missing: 4 })
]

const exampleOf = (name: string): Buffer =>
  Buffer.from(JSON.stringify(readTopicFiles().find(file => file.name === name)!.example.value))

const pair = pairs.codec.decode(exampleOf(pairs.name))
const gap = gaps.codec.decode(exampleOf(gaps.name))

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool

beforeAll(async () => {
  database = await testDatabase()
  pool = createPool(database.url, 'test')
  await migrate(pool, readMigrations())
  await store(pool, candleTable, [...candles, ...others])
  await store(pool, kpiTable, [kpiOf({ vwap: null })])
  await store(pool, indicatorTable, [indicatorsOf()])
  await store(pool, pairTable, [pair])
  await store(pool, gapTable, [gap, { ...gap, symbol: 'ZEC/USDT', status: 'open', closedAt: null }])
  await pool.query(
    `insert into alerts values ('1', 'r', 'price', 'high', 'binance:BTC/USDT', null, '2024-08-09', 1.5, 1, 'firing', 'above 1, or "so"'),
     ('2', 'r', 'correlation', 'low', null, 'a~b', '2024-08-10', 0.4, 0.5, 'firing', E'two\\nlines')`
  )
})

afterAll(async () => {
  await pool.end()
  await database.drop()
  files.remove()
})

const run = (...args: readonly string[]) => runProgram(['export', ...args], { POSTGRES_URL: database.url })

const BTC = ['--symbol', 'binance:BTC/USDT', '--interval', '1m']

describe('export', () => {
  test('as JSON gives back the records of the topic, digit for digit, however many', async () => {
    const { code, stdout } = await run('candles', ...BTC, '--format', 'json')
    const lines = stdout.trimEnd().split('\n')
    expect(code).toBe(0)
    expect(lines).toHaveLength(COUNT)
    const read = lines.map(line => candleTopics['1m'].codec.decode(Buffer.from(line.replace(',"missing":null', ''))))
    expect(read).toEqual(candles)
  })

  test('as CSV has the names of the topic, and is a file that analyse reads', async () => {
    const path = files.at('candles.csv')
    const { code, stdout, stderr } = await run('candles', ...BTC, '--out', path)
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^${COUNT} rows, \\d+/s\\n$`))
    const [header, first] = readFileSync(path, 'utf8').split('\n')
    expect(header).toMatch(/^exchange,symbol,interval,openTime,closeTime,open,high,low,close,volume,/)
    expect(first).toMatch(/^binance,BTC\/USDT,1m,2024-08-08T23:59:00.000Z,.*,0\.123456789012345678,/)
    const { candles: rows, spacingMs } = await openCandleFile(path)
    let count = 0
    for await (const { quoteVolume } of rows) count += Number(quoteVolume === 761543.1203987)
    expect({ count, spacingMs }).toEqual({ count: COUNT, spacingMs: MINUTE })
    expect(existsSync(`${path}.part`)).toBe(false)
  })

  test.each(['csv', 'json', 'parquet'])('is a file of candles again, as %s', async format => {
    const path = files.at(`again.${format}`)
    await run('candles', ...BTC, '--format', format, '--out', path)
    const volumes: number[] = []
    for await (const { volume } of (await openCandleFile(path)).candles) volumes.push(volume)
    expect(volumes).toEqual(candles.map(candle => Number(candle.volume)))
  })

  test('takes the rows from one time inclusive to another exclusive', async () => {
    const [from, to] = [candles[5_000]!, candles[5_003]!].map(({ openTime }) => new Date(openTime).toISOString())
    const { stdout } = await run('candles', ...BTC, '--format', 'json', '--from', from!, '--to', to!)
    const times = jsonLinesOf(stdout).map(({ openTime }) => openTime)
    expect(times).toEqual([5_000, 5_001, 5_002].map(n => candles[n]!.openTime))
  })

  test('of every kind gives what stands there, undefined figures as null', async () => {
    const one = async (name: string, ...more: readonly string[]) =>
      jsonLinesOf((await run(name, '--format', 'json', ...more)).stdout)
    const [kpi] = await one('kpis')
    expect(kpis.codec.decode(Buffer.from(JSON.stringify(kpi)))).toEqual(kpiOf({ vwap: null }))
    const [lines] = await one('indicators', '--symbol', 'binance:ETH/USDT')
    expect(indicators.codec.decode(Buffer.from(JSON.stringify(lines)))).toEqual(indicatorsOf())
    const stats = await one('pairs', '--symbol', `${pair.a}~${pair.b}`)
    expect(stats.map(of => pairs.codec.decode(Buffer.from(JSON.stringify(of))))).toEqual([pair])
    const holes = await one('gaps', '--symbol', `binance:${gap.symbol}`)
    expect(holes.map(of => gaps.codec.decode(Buffer.from(JSON.stringify(of))))).toEqual([gap])
    const alerts = await one('alerts', '--symbol', 'a~b')
    expect(alerts).toMatchObject([
      { id: '2', instrument: null, time: epochMs(Date.parse('2024-08-10')), message: 'two\nlines' }
    ])
    expect(await one('candles', '--interval', '1h')).toMatchObject([{ firstTradeId: null, missing: 4 }])
  })

  test('quotes in CSV what would break a line', async () => {
    const { stdout } = await run('alerts')
    expect(stdout).toContain(',"above 1, or ""so"""\n')
    expect(stdout).toContain(',"two\nlines"\n')
  })

  test('has a header where there are no rows', async () => {
    const { code, stdout } = await run('candles', '--symbol', 'binance:XRP/USDT', '--out', '-')
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([expect.stringMatching(/^exchange,symbol,/), ''])
  })

  test('ends quietly when its reader has seen enough', async () => {
    const child = spawn(process.execPath, [resolve('src/cli/tickstream.ts'), 'export', 'candles'], {
      env: { ...process.env, POSTGRES_URL: database.url },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    child.stdout.once('data', () => child.stdout.destroy())
    let said = ''
    child.stderr.on('data', bytes => {
      said += bytes
    })
    expect((await once(child, 'close'))[0]).toBe(0)
    expect(said).toMatch(/^\d+ rows, \d+\/s(, stopped early)?\n$/)
  })

  test('leaves no half of a file behind', async () => {
    const path = files.at('refused.csv')
    const { code, stderr } = await runProgram(['export', 'candles', '--out', path], {
      POSTGRES_URL: database.url.replace(/\/t[0-9a-f]+$/, '/none')
    })
    expect(code).toBe(1)
    expect(stderr).toContain('correct its name in POSTGRES_URL')
    expect([path, `${path}.part`].filter(existsSync)).toEqual([])
  })

  test('refuses what it does not know, all at once', async () => {
    const wrong = await run('trades', '--format', 'xml', '--from', 'now')
    expect(wrong).toMatchObject({ code: 2 })
    for (const part of ['"trades": name one of candles', '--format xml', '--from now'])
      expect(wrong.stderr).toContain(part)
    const interval = await run('gaps', '--interval', '1m', '--symbol', 'BTC')
    expect(interval.stderr).toContain('--interval: gaps have none')
    expect(interval.stderr).toContain('--symbol of gaps')
  })

  test('writes Parquet', async () => {
    const path = files.at('new/folder/candles.parquet')
    const { code } = await run('candles', ...BTC, '--format', 'parquet', '--out', path)
    const bytes = readFileSync(path)
    expect([code, bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual([0, 'PAR1', 'PAR1'])
  })

  test('spells a column the same in every format', async () => {
    const of = async (format: string) =>
      (await run('candles', ...BTC, '--to', '2024-08-09T00:00:00Z', '--format', format)).stdout
    const [csv, json] = [await of('csv'), await of('json')]
    const names = csv.split('\n')[0]!.split(',')
    expect(Object.keys(JSON.parse(json))).toEqual(names)
    const path = files.at('spelt.parquet')
    await run('candles', ...BTC, '--format', 'parquet', '--out', path)
    const { schema } = parquetMetadata(new Uint8Array(readFileSync(path)).buffer)
    expect(schema.slice(1).map(({ name }) => name)).toEqual(names)
  })

  test('says what keeps a file from being written, before anything is read', async () => {
    const path = files.write('a-file', '')
    const under = await run('candles', '--out', `${path}/candles.csv`)
    expect(under).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^tickstream: TS-SETUP: .*a-file.candles.csv cannot be written \(/)
    })
    const itself = await run('candles', '--out', files.at('.'))
    expect(itself).toMatchObject({ code: 2, stderr: expect.stringContaining('is a folder; name a file in it') })
  })

  test('knows columns of every table that it names', async () => {
    for (const { table, time, order, hasInterval } of exportTables) {
      const columns = `${time}, ${order}${hasInterval ? ', interval' : ''}`
      expect((await pool.query(`select ${columns} from ${table} limit 1`)).rowCount).toBe(1)
    }
  })
})

import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Pool } from 'pg'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import type { SimulatedExchange } from '../../../src/simulate/simulated-exchange.ts'
import { createPool } from '../../../src/sink/postgres/pool.ts'
import { migrate } from '../../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../../src/sink/postgres/schema/migrations.ts'
import { candleTable } from '../../../src/sink/postgres/tables.ts'
import { BTC, candlesOf, MINUTE, openPastMarket, tradesOf } from '../../support/past-market.ts'
import { runProgram } from '../../support/program.ts'
import { testDatabase } from '../../support/servers.ts'
import { store } from '../market-rows.ts'

const WINDOWS = 6

let exchange: SimulatedExchange
let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool
let finals: readonly Candle[]
let from: number
let to: number

const iso = (time: number): string => new Date(time).toISOString()
const short = (time: number): string => iso(time).replace('.000Z', 'Z')
const minute = (n: number): string => short(from + n * MINUTE)

const runAt = (rest: string, ...more: readonly string[]) => {
  const args = ['verify', '--symbol', 'binance:BTC/USDT', '--from', iso(from), '--to', iso(to), ...more]
  return runProgram(args, { POSTGRES_URL: database.url, BINANCE_REST_URL: rest })
}

const run = (...more: readonly string[]) => runAt(`${exchange.rest}/`, ...more)

type KlineRow = readonly unknown[]

/** The exchange's answers with its klines altered, by their open time. */
const openAltered = async (alter: (row: KlineRow, n: number) => readonly KlineRow[]) => {
  const server = createServer(async ({ url = '' }, response) => {
    const answer = await fetch(`${exchange.rest}${url}`)
    const body: unknown = await answer.json()
    const rows = url.includes('/klines?') && Array.isArray(body) ? (body as readonly KlineRow[]) : null
    const altered = rows?.flatMap(row => alter(row, (Number(row[0]) - from) / MINUTE)) ?? body
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(altered))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() }
}

const alter = (n: number, set: string): Promise<unknown> =>
  pool.query(`update candles set ${set} where interval = '1m' and open_time = $1`, [iso(from + n * MINUTE)])

beforeAll(async () => {
  exchange = await openPastMarket(10)
  database = await testDatabase()
  pool = createPool(database.url, 'test')
  await migrate(pool, readMigrations())
  to = Math.floor(Date.now() / MINUTE) * MINUTE - 2 * MINUTE
  from = to - WINDOWS * MINUTE
  // One minute earlier, so that every window asked for is whole.
  finals = candlesOf(await tradesOf(exchange.rest, from - MINUTE, to), to)
})

afterAll(async () => {
  await pool.end()
  await database.drop()
  await exchange.close()
})

beforeEach(async () => {
  await pool.query('delete from candles')
  await pool.query('delete from gaps')
  await store(pool, candleTable, finals)
})

describe('verify', () => {
  test('passes a clean range, and sums it up in one line', async () => {
    const { code, stdout } = await run()
    expect(stdout.trim()).toMatch(
      new RegExp(
        `^binance:BTC/USDT 1m ${minute(0)} to ${minute(WINDOWS)}: ${WINDOWS} windows, ${WINDOWS} equal, 0 different.*, 0 gaps, ids`
      )
    )
    expect(stdout.trim().split('\n')).toHaveLength(1)
    expect(code).toBe(0)
  })

  test('passes seconds and wider candles where the exchange has them', async () => {
    expect(await run('--interval', '1s')).toMatchObject({ code: 0, stdout: expect.stringContaining('360 equal') })
    const five = await run('--interval', '5s')
    expect(five).toMatchObject({ code: 2, stderr: expect.stringContaining('1s, 1m, 5m, 15m, 1h, 1d') })
  })

  test('names the field that differs, what we have and what it should be', async () => {
    await alter(2, "volume = volume + 0.00000001, high = '99999999'")
    const { code, stdout } = await run()
    const due = finals.find(one => one.interval === '1m' && one.openTime === from + 2 * MINUTE)!
    const rows = stdout.split('\n').filter(line => line.startsWith(minute(2)))
    expect(rows.map(row => row.split(/\s+/).slice(1))).toEqual([
      ['high', '99999999', due.high],
      ['volume', expect.any(String), due.volume]
    ])
    expect(stdout).toContain('5 equal, 1 different')
    expect(code).toBe(1)
  })

  test('sets an odd candle of the exchange aside by its open time, names it, and compares the others', async () => {
    const altered = await openAltered((row, n) => {
      if (n === 1) return [row.with(6, Number(row[6]) - 1_000)]
      if (n === 3) return [row.with(0, Number(row[0]) + 500)]
      return n === 4 ? [row, row.with(5, '1.5')] : [row]
    })
    const [table, json] = [await runAt(altered.url), await runAt(altered.url, '--json')]
    altered.close()
    const off = iso(from + 3 * MINUTE + 500)
    expect(table.stdout).toMatch(
      new RegExp(
        `odd candles of the exchange, .*${minute(1)} \\(closeTime: .*${off} \\(openTime: .*${minute(4)} \\(.*twice`
      )
    )
    expect(table.stdout).toContain('6 windows, 3 equal, 0 different, 0 missing, 3 not compared, 0 incomplete')
    expect(table.code).toBe(0)
    expect(JSON.parse(json.stdout)).toMatchObject({
      equal: 3,
      uncompared: 3,
      odd: [1, 3, 4].map(n => ({ openTime: from + n * MINUTE + (n === 3 ? 500 : 0) }))
    })
    await alter(2, 'trade_count = trade_count + 1')
    const differing = await openAltered((row, n) => [n === 1 ? row.with(6, 0) : row])
    expect(await runAt(differing.url)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('4 equal, 1 different')
    })
    differing.close()
  })

  test('finds windows that are missing, as one range', async () => {
    await pool.query(`delete from candles where interval = '1m' and open_time in ($1, $2)`, [
      iso(from + MINUTE),
      iso(from + 2 * MINUTE)
    ])
    const { code, stdout } = await run()
    expect(stdout).toMatch(new RegExp(`${minute(1)}\\s+missing\\s+none\\s+2 candles of \\d+ trades, to ${minute(3)}`))
    expect(stdout).toContain('4 equal, 0 different, 2 missing')
    expect(code).toBe(1)
  })

  test('finds trade ids that do not go on, and counts that do not fit', async () => {
    await alter(3, 'first_trade_id = (first_trade_id::bigint + 1)::text')
    const { code, stdout } = await run()
    const rows = stdout.split('\n').filter(line => line.startsWith(minute(3)))
    expect(rows).toHaveLength(2)
    expect(rows.join()).toMatch(/tradeIds.*ids.*tradeIds.*begins with/)
    expect(stdout).toContain('6 equal, 0 different, 0 missing, 0 incomplete, 2 breaks')
    expect(code).toBe(1)
  })

  test('a hole of the ledger inside a candle that claims to be whole is found', async () => {
    const candle = finals.find(one => one.interval === '1m' && one.openTime === from + 4 * MINUTE)!
    const id = Number(candle.firstTradeId) + 3
    await pool.query(
      `insert into gaps values ('binance', 'BTC/USDT', $1, $2, 2, now(), 'unrecoverable', 'disconnect', now())`,
      [String(id), String(id + 1)]
    )
    const { code, stdout } = await run()
    expect(stdout).toMatch(new RegExp(`${minute(4)}\\s+hole\\s+whole\\s+unrecoverable: ${id}\\.\\.${id + 1}`))
    expect(code).toBe(1)
  })

  test('compares ids within their epoch alone, where the exchange has begun them anew', async () => {
    const last = finals.filter(one => one.interval === '1m' && one.openTime < to).at(-1)!
    const first = finals.find(one => one.interval === '1m' && one.openTime === from + 3 * MINUTE)!
    const moved = (id: string | null): number => Number(id) - Number(first.firstTradeId) + 1
    await alter(2, "status = 'gap', missing = 0, volume = 1")
    await pool.query(
      `update candles set epoch = 1, first_trade_id = first_trade_id::bigint - $2 + 1, last_trade_id = last_trade_id::bigint - $2 + 1
      where interval = '1m' and open_time >= $1`,
      [iso(first.openTime), first.firstTradeId]
    )
    // The window in which the new ids begin may still have trades of the old ones.
    await alter(3, "status = 'gap', missing = 0, first_trade_id = '123456789'")
    const hole = `insert into gaps values ('binance', 'BTC/USDT', $1, $1, 1, now(), 'unrecoverable', 'skipped', now(), null, null, $2)`
    await pool.query(hole, [String(moved(last.lastTradeId)), 0])
    await pool.query(hole, [String(moved(last.lastTradeId) + 1), 1])
    const { code, stdout } = await run()
    expect(stdout).toContain(`0 missing, 2 incomplete, 0 breaks in the trade ids, 0 gaps`)
    expect(stdout).toMatch(new RegExp(`, ids \\d+\\.\\.\\d+, ids \\d+\\.\\.${moved(last.lastTradeId)} of epoch 1\n`))
    expect(code).toBe(0)
    expect(JSON.parse((await run('--json')).stdout)).toMatchObject({
      ids: { last: moved(last.lastTradeId), epoch: 1 },
      epochs: [{ first: expect.any(Number) }, { epoch: 1 }]
    })
  })

  test('a hole is named with its epoch, and candles that are whole over a change of ids are not believed', async () => {
    const last = finals.filter(one => one.interval === '1m' && one.openTime < to).at(-1)!
    await pool.query(`update candles set epoch = 2 where interval = '1m' and open_time >= $1`, [iso(from + 3 * MINUTE)])
    await pool.query(
      `insert into gaps values ('binance', 'BTC/USDT', $1, $1, 1, now(), 'open', 'skipped', null, null, null, 2)`,
      [last.lastTradeId]
    )
    const { code, stdout } = await run()
    expect(stdout).toMatch(new RegExp(`${minute(3)} .*its ids begin anew \\(epoch 2\\) .*a gap before it`))
    expect(stdout).toMatch(new RegExp(`hole .*open: ${last.lastTradeId}\\.\\.${last.lastTradeId} of epoch 2`))
    expect(stdout).toContain('2 breaks in the trade ids, 1 gaps')
    expect(code).toBe(1)
  })

  test('candles that say that they lack trades are named, and need not agree', async () => {
    await alter(0, "status = 'partial', volume = 1")
    await alter(3, "status = 'gap', missing = 2, trade_count = trade_count - 2, volume = 1")
    const { code, stdout } = await run()
    expect(stdout).toContain(`incomplete, and not expected to agree: ${minute(0)} partial, ${minute(3)} gap (2 trades)`)
    expect(stdout).toContain('4 equal, 0 different, 0 missing, 2 incomplete, 0 breaks')
    expect(code).toBe(0)
  })

  test("the exchange's own candles in the database are not ours", async () => {
    await alter(1, "status = 'exchange', revision = -1, first_trade_id = null, last_trade_id = null")
    expect(await run()).toMatchObject({ code: 1, stdout: expect.stringContaining('5 equal, 0 different, 1 missing') })
  })

  test('says the same as JSON, one object a line', async () => {
    await alter(2, 'trade_count = trade_count + 1')
    const lines = (await run('--json')).stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.map(({ kind, what }) => [kind, what])).toEqual([
      ['finding', 'tradeCount'],
      ['finding', 'tradeIds'],
      ['summary', undefined]
    ])
    expect(lines.at(-1)).toMatchObject({ ...BTC, windows: WINDOWS, equal: WINDOWS - 1, different: 1, broken: 1 })
  })

  test('refuses what it cannot begin with, all at once', async () => {
    const { code, stderr } = await runProgram(['verify', '--symbol', 'mtgox:BTC/USD', '--from', 'now'], {})
    expect(code).toBe(2)
    for (const part of ['mtgox', '--to is missing', '--from now']) expect(stderr).toContain(part)
    const turned = await run('--from', iso(to), '--to', iso(from))
    expect(turned).toMatchObject({ code: 2, stderr: expect.stringContaining('--from is not before --to') })
    const future = await run('--from', '2100-01-01', '--to', '2100-01-02')
    expect(future).toMatchObject({ code: 2, stderr: expect.stringContaining('has closed since') })
    const unknown = await run('--symbol', 'binance:NO/SUCH')
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('no such instrument') })
  })

  test('without an exchange that answers it fails, and says which', async () => {
    const args = ['verify', '--symbol', 'binance:BTC/USDT', '--from', iso(from), '--to', iso(to)]
    const { code, stderr } = await runProgram(args, {
      POSTGRES_URL: database.url,
      BINANCE_REST_URL: 'http://127.0.0.1:1'
    })
    expect(code).toBe(1)
    expect(stderr).toContain('http://127.0.0.1:1 does not answer')
  })
})

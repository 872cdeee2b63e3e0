import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { type Backtests, createBacktests } from '../../src/research/backtest/run-backtest.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import { candleTable } from '../../src/sink/postgres/tables.ts'
import { PAIR, pairCandles, store } from '../research/market-rows.ts'
import { closeGateways, JSON_TYPE, openGateway } from '../support/ask-gateway.ts'
import { eventually } from '../support/eventually.ts'
import type { GatewayScene } from '../support/gateway-scene.ts'
import { testDatabase } from '../support/servers.ts'

const CANDLES = 2_500

let database: Awaited<ReturnType<typeof testDatabase>>
const opened: Backtests[] = []

beforeAll(async () => {
  database = await testDatabase()
  const pool = createPool(database.url, 'test')
  await migrate(pool, readMigrations())
  await store(pool, candleTable, pairCandles(CANDLES))
  await pool.end()
})

afterEach(async () => {
  await closeGateways()
  await Promise.all(opened.splice(0).map(({ close }) => close()))
})

afterAll(() => database.drop())

const gatewayWith = (limits: Parameters<typeof createBacktests>[1]): Promise<GatewayScene> => {
  const backtests = createBacktests(database.url, limits)
  opened.push(backtests)
  return openGateway({ runBacktest: backtests.run })
}

const QUICK = { pair: PAIR, interval: '1m', window: 50, from: '2024-08-09T00:00:00Z' }
/** It takes minutes. */
const LONG = { ...QUICK, window: 2_000, method: 'theil_sen' }

const ask = async ({ url }: GatewayScene, body: object, signal?: AbortSignal) => {
  const headers = { 'content-type': JSON_TYPE }
  const request = { method: 'POST', headers, body: JSON.stringify(body), ...(signal ? { signal } : {}) }
  const answer = await fetch(`${url}/api/v1/backtests`, request)
  const said = JSON.parse(await answer.text())
  return { code: answer.status, detail: said.detail, report: said.report, wait: answer.headers.get('retry-after') }
}

const start = (made: GatewayScene, count: number) => {
  const gone = new AbortController()
  const asked = Promise.allSettled(Array.from({ length: count }, () => ask(made, LONG, gone.signal)))
  return async () => {
    gone.abort()
    await asked
  }
}

describe('backtests over the API', () => {
  test('cost the thread that answers requests next to nothing, and keep it free', async () => {
    const made = await gatewayWith({})
    const body = { ...QUICK, window: 200, method: 'huber' }
    const delay = monitorEventLoopDelay({ resolution: 5 })
    const [thread, all] = [process.threadCpuUsage(), process.cpuUsage()]
    delay.enable()
    const answers = await Promise.all([ask(made, body), ask(made, body)])
    delay.disable()
    const [ofThread, ofAll] = [process.threadCpuUsage(thread), process.cpuUsage(all)]
    expect(answers.map(({ code }) => code)).toEqual([200, 200])
    expect(ofThread.user).toBeLessThan(ofAll.user / 4)
    expect(delay.percentile(50) / 1e6).toBeLessThan(25)
  })

  test('more than may run and wait are refused with a sentence, and those that wait are answered', async () => {
    const made = await gatewayWith({ atOnce: 2, waiting: 1 })
    const leave = start(made, 2)
    const waits = ask(made, QUICK)
    await expect(ask(made, QUICK)).resolves.toMatchObject({
      code: 503,
      wait: '5',
      detail: '2 backtests are running and 1 wait for them; try again'
    })
    await leave()
    expect(await waits).toMatchObject({ code: 200, report: { candles: CANDLES, window: 50 } })
  })

  test('that take too long are ended with what to do', async () => {
    const made = await gatewayWith({ withinMs: 1_500 })
    const late = await ask(made, LONG)
    expect(late).toMatchObject({ code: 503, wait: null })
    expect(late.detail).toMatch(/^the backtest took longer than 1.5 s and was ended; narrow from and to/)
  })

  test('over more candles than are taken are refused before one is read', async () => {
    const made = await gatewayWith({ mostCandles: 100 })
    const refused = await ask(made, QUICK)
    expect(refused.code).toBe(400)
    expect(refused.detail).toMatch(/^more than 100 candles of each stand there.*narrow from and to/)
    const narrow = { ...QUICK, to: '2024-08-09T01:40:00Z' }
    expect(await ask(made, narrow)).toMatchObject({ code: 200, report: { candles: 100 } })
  })

  test('that cannot be are told as the command tells them, and take nobody’s place', async () => {
    const made = await gatewayWith({ atOnce: 1, waiting: 0 })
    const leave = start(made, 1)
    expect(await ask(made, { ...QUICK, exit: 3 })).toMatchObject({
      code: 400,
      detail: expect.stringContaining('each must be above the one before')
    })
    await leave()
    const few = { code: 0, detail: '' }
    await eventually(async () => Object.assign(few, await ask(made, { ...QUICK, window: 5_000 })).code !== 503)
    expect(few).toMatchObject({ code: 400, detail: expect.stringContaining('too few to score one') })
  })
})

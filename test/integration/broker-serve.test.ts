import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { WebSocket } from 'ws'
import { createKafka } from '../../src/kafka/client/client.ts'
import { candles } from '../../src/topics.ts'
import { freePort } from '../../src/up/process/free-port.ts'
import { candleAt } from '../support/candles.ts'
import { eventually } from '../support/eventually.ts'
import { HAS_JAVA, type OwnKafka, startOwnKafka } from '../support/own-kafka.ts'
import { type OwnPostgres, startOwnPostgres } from '../support/own-postgres.ts'
import { runProgram, type StageProcess, startStage } from '../support/program.ts'
import { silent } from '../support/silent.ts'
import { produce } from '../support/test-kafka.ts'

const SERIES = 'exchange=binance&symbol=BTC/USDT&interval=1m'
const START = Math.floor(Date.now() / 60_000) - 100

const INSERT = `insert into candles (exchange, symbol, interval, open_time, close_time, open, high, low, close, volume, quote_volume,
  trade_count, taker_buy_volume, taker_buy_quote_volume, revision, final, status)
  values ('binance', 'BTC/USDT', '1m', $1, $2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, true, 'traded')`

;(HAS_JAVA ? describe : describe.skip)(`a gateway whose servers go${HAS_JAVA ? '' : ' (left out: no Java 17)'}`, () => {
  let broker: OwnKafka
  let database: OwnPostgres
  let gateway: StageProcess
  let url: string
  let env: Record<string, string>

  const publish = (n: number): Promise<void> => {
    const openTime = (START + n) * 60_000
    const candle = { ...candleAt(n), openTime, closeTime: openTime + 60_000 } as ReturnType<typeof candleAt>
    const message = {
      key: candles['1m'].key(candle),
      value: candles['1m'].codec.encode(candle),
      timestamp: String(openTime)
    }
    const kafka = createKafka(
      { brokers: broker.brokers.split(','), ssl: false, sasl: null, compression: 'zstd' },
      'test',
      silent
    )
    return produce({ kafka, brokers: broker.brokers, prefix: '', sweep: async () => undefined }, 'ohlcv_1m', [message])
  }
  const ask = async (base = url): Promise<{ code: number; windows: number; state: string; ageMs: number }> => {
    const answer = await fetch(`${base}/api/v1/candles?${SERIES}`)
    const { candles: told = [], state = '', ageMs = null } = JSON.parse(await answer.text())
    return { code: answer.status, windows: told.length, state, ageMs }
  }
  /** Milliseconds until an answer says that it is stalled. */
  const untilStalled = async (): Promise<number> => {
    const from = performance.now()
    await eventually(async () => (await ask()).state === 'stalled', gateway.said, 10_000)
    return performance.now() - from
  }
  const isReady = async (): Promise<boolean> => (await readiness()) === 'ok\n'
  const readiness = async (): Promise<string> => (await fetch(`${url}/readyz`)).text()

  /** A candle that the sink has stored. */
  const store = async (n: number): Promise<void> => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const values = [new Date((START + n) * 60_000), new Date((START + n + 1) * 60_000)]
    await client.query(INSERT, values)
    await client.end()
  }

  beforeAll(async () => {
    ;[broker, database] = await Promise.all([startOwnKafka(), startOwnPostgres()])
    const port = await freePort(29_500, 'test of serve')
    url = `http://127.0.0.1:${port}`
    env = {
      KAFKA_BROKERS: broker.brokers,
      POSTGRES_URL: database.url,
      HTTP_PORT: String(port),
      SYMBOLS: 'binance:BTC/USDT',
      INTERVALS: '1m'
    }
    expect((await runProgram(['topics', 'apply'], env)).code).toBe(0)
    expect((await runProgram(['migrate'], env)).code).toBe(0)
    await publish(0)
    gateway = startStage(['serve'], env)
    await eventually(() => isReady().catch(() => false), gateway.said)
  }, 120_000)

  afterAll(async () => {
    await gateway?.end('SIGTERM')
    await Promise.all([broker?.remove(), database?.remove()])
  }, 60_000)

  test('without its database it says so, tells what it holds, and is whole again when the database is back', async () => {
    expect((await ask()).windows).toBe(1)
    await database.kill()
    await eventually(async () => /database: PostgreSQL .*does not answer/.test(await readiness()))
    expect((await ask()).windows).toBe(1)
    const other = await fetch(`${url}/api/v1/candles?exchange=binance&symbol=ETH/USDT&interval=1m`)
    expect(other.status).toBe(503)
    expect(await other.json()).toMatchObject({ detail: expect.stringMatching(/PostgreSQL .*does not answer/) })
    await database.again()
    await eventually(isReady)
    expect((await fetch(`${url}/api/v1/candles?exchange=binance&symbol=ETH/USDT&interval=1m`)).status).toBe(200)
  }, 60_000)

  test('a broker that hangs is told of within five seconds, and once it goes on so does the gateway', async () => {
    expect(await ask()).toMatchObject({ code: 200, windows: 1, state: 'live' })
    broker.signal('SIGSTOP')
    try {
      expect(await untilStalled()).toBeLessThan(5_000)
      expect(await readiness()).toContain('live edge: stalled: the broker has not answered for')
      expect((await fetch(`${url}/api/v3/klines?symbol=BTCUSDT&interval=1m`)).status).toBe(503)
      expect(await ask()).toMatchObject({ code: 200, windows: 1 })
    } finally {
      broker.signal('SIGCONT')
    }
    await eventually(isReady, readiness)
    expect((await ask()).state).toBe('live')
  }, 60_000)

  test('without its broker it says so within five seconds; sockets stay, and hear what came meanwhile', async () => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`)
    await once(socket, 'open')
    const heard: string[] = []
    socket.on('message', data => heard.push(String(data)))
    const of = { exchange: 'binance', symbol: 'BTC/USDT', interval: '1m' }
    socket.send(JSON.stringify({ op: 'subscribe', id: 'x', channel: 'candles', ...of }))
    await eventually(() => heard.length === 1)
    broker.signal('SIGKILL')
    await broker.ended()
    expect(await untilStalled()).toBeLessThan(5_000)
    expect(await readiness()).toContain('live edge: stalled')
    await eventually(() => heard.some(text => text.includes('"state":"stalled"')))
    expect((await ask()).windows).toBe(1)
    const rule = JSON.stringify({ name: 'high', kind: 'price', above: 70_000 })
    const headers = { 'content-type': 'application/json' }
    const refused = await fetch(`${url}/api/v1/alert-rules`, { method: 'POST', headers, body: rule })
    expect([refused.status, await refused.text()]).toEqual([503, expect.stringContaining('stalled')])
    await broker.again()
    await publish(1)
    await eventually(
      () => heard.some(text => text.includes('"update"')),
      () => gateway.said(),
      60_000
    )
    await eventually(isReady, readiness)
    expect(await ask()).toMatchObject({ windows: 2, state: 'live' })
    await eventually(() => heard.some(text => text.includes('"state":"live"')))
    expect(socket.readyState).toBe(WebSocket.OPEN)
    socket.close()
  }, 120_000)

  test('started without its broker it waits, tells what is stored and what it is worth, and goes live by itself', async () => {
    broker.signal('SIGKILL')
    await broker.ended()
    await store(0)
    const port = await freePort(29_600, 'test of serve without a broker')
    const other = `http://127.0.0.1:${port}`
    const late = startStage(['serve'], { ...env, HTTP_PORT: String(port) })
    try {
      const answer = () => ask(other).catch(() => ({ code: 0, windows: 0, state: '', ageMs: null }))
      await eventually(async () => (await answer()).state === 'warming', late.said)
      expect(await answer()).toMatchObject({ code: 200, windows: 1, ageMs: null })
      await eventually(async () => (await answer()).state === 'stalled', late.said)
      expect(await answer()).toMatchObject({ code: 200, windows: 1, ageMs: null })
      expect(late.isAlive()).toBe(true)
      await eventually(() => late.said().includes('the broker does not answer; it is waited for'), late.said)
      await broker.again()
      await eventually(async () => (await answer()).state === 'live', late.said, 60_000)
      expect((await answer()).windows).toBe(2)
    } finally {
      await late.end('SIGTERM')
    }
  }, 120_000)
})

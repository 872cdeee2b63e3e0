import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { WebSocket } from 'ws'
import { createKafka } from '../../src/kafka/client.ts'
import { freePort } from '../../src/runtime/embedded/free-port.ts'
import { candles } from '../../src/topics.ts'
import { candleAt } from '../support/candles.ts'
import { eventually } from '../support/eventually.ts'
import { HAS_JAVA, type OwnKafka, startOwnKafka } from '../support/own-kafka.ts'
import { type OwnPostgres, startOwnPostgres } from '../support/own-postgres.ts'
import { runProgram, type StageProcess, startStage } from '../support/program.ts'
import { produce, silent } from '../support/test-kafka.ts'

const SERIES = 'exchange=binance&symbol=BTC/USDT&interval=1m'
const START = Math.floor(Date.now() / 60_000) - 100

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
    const kafka = createKafka({ brokers: broker.brokers.split(','), ssl: false, sasl: null }, 'test', silent)
    return produce({ kafka, brokers: broker.brokers, prefix: '', sweep: async () => undefined }, 'ohlcv_1m', [message])
  }
  const ask = async (more = ''): Promise<{ code: number; windows: number; text: string }> => {
    const answer = await fetch(`${url}/api/v1/candles?${SERIES}${more}`)
    const text = await answer.text()
    return { code: answer.status, windows: answer.ok ? JSON.parse(text).candles.length : 0, text }
  }
  const readiness = async (): Promise<string> => (await fetch(`${url}/readyz`)).text()

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
    const isReady = (): Promise<boolean> =>
      readiness().then(
        said => said === 'ok\n',
        () => false
      )
    await eventually(isReady, gateway.said)
  }, 120_000)

  afterAll(async () => {
    await gateway?.end('SIGTERM')
    await Promise.all([broker?.remove(), database?.remove()])
  }, 60_000)

  test('without its database it says so, tells what it holds, and is whole again when the database is back', async () => {
    expect((await ask()).windows).toBe(1)
    await database.kill()
    await eventually(async () => (await readiness()).includes('database: PostgreSQL does not answer'))
    expect((await ask()).windows).toBe(1)
    const other = await fetch(`${url}/api/v1/candles?exchange=binance&symbol=ETH/USDT&interval=1m`)
    expect(other.status).toBe(503)
    expect(await other.json()).toMatchObject({ detail: expect.stringContaining('PostgreSQL does not answer') })
    await database.again()
    await eventually(async () => (await readiness()) === 'ok\n')
    expect((await fetch(`${url}/api/v1/candles?exchange=binance&symbol=ETH/USDT&interval=1m`)).status).toBe(200)
  }, 60_000)

  test('without its broker it goes on with what it has; sockets stay, and hear what came meanwhile', async () => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`)
    await once(socket, 'open')
    const heard: string[] = []
    socket.on('message', data => heard.push(String(data)))
    const of = { exchange: 'binance', symbol: 'BTC/USDT', interval: '1m' }
    socket.send(JSON.stringify({ op: 'subscribe', id: 'x', channel: 'candles', ...of }))
    await eventually(() => heard.length === 1)
    broker.signal('SIGKILL')
    await broker.ended()
    await eventually(async () => (await readiness()) !== 'ok\n', readiness)
    expect((await ask()).windows).toBe(1)
    await broker.again()
    await publish(1)
    await eventually(
      () => heard.some(text => text.includes('"update"')),
      () => gateway.said(),
      60_000
    )
    await eventually(async () => (await readiness()) === 'ok\n', readiness)
    expect((await ask()).windows).toBe(2)
    expect(socket.readyState).toBe(WebSocket.OPEN)
    socket.close()
  }, 120_000)
})

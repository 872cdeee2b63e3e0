import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import binance from 'binance-api-node'
import pg from 'pg'
import { WebSocket } from 'ws'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { candles } from '../../src/topics.ts'
import { freePort } from '../../src/up/process/free-port.ts'
import { candleAt } from '../support/candles.ts'
import { eventually } from '../support/eventually.ts'
import { runProgram, type StageProcess, startStage } from '../support/program.ts'
import { testDatabase } from '../support/servers.ts'
import { produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

const STORED = 2_000
const WINDOWS = 4_000

let cluster: TestKafka
let database: Awaited<ReturnType<typeof testDatabase>>
let env: Record<string, string>
let url: string
let gateway: StageProcess

/** A minute of each of the last days, so that nothing is too old for its topic. */
const START = Math.floor(Date.now() / 60_000) - WINDOWS - 10
const at = (n: number, more: Partial<Candle> = {}): Candle => {
  const openTime = (START + n) * 60_000
  return {
    ...candleAt(n),
    close: String(61_600 + ((n * 37) % 101)),
    openTime: openTime as Candle['openTime'],
    closeTime: (openTime + 60_000) as Candle['closeTime'],
    ...more
  }
}

const publish = (of: readonly Candle[]): Promise<void> =>
  produce(
    cluster,
    'ohlcv_1m',
    of.map(candle => ({
      key: candles['1m'].key(candle),
      value: candles['1m'].codec.encode(candle),
      timestamp: String(candle.openTime)
    }))
  )

const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, n) => from + n)

const startGateway = async (): Promise<StageProcess> => {
  const stage = startStage(['serve'], env)
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false
    )
  await eventually(isReady, stage.said)
  return stage
}

const ask = async (path: string): Promise<Record<string, never[]>> => {
  const answer = await fetch(url + path)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return JSON.parse(await answer.text())
}

const BTC = 'exchange=binance&symbol=BTC/USDT&interval=1m'

/** All windows, page by page back from the newest, as a chart loads them. */
const everything = async (limit: number): Promise<readonly Candle[]> => {
  let all: readonly Candle[] = []
  for (;;) {
    const to = all[0] ? `&to=${all[0].openTime}` : ''
    const page: readonly Candle[] = (await ask(`/api/v1/candles?${BTC}&limit=${limit}${to}`)).candles ?? []
    if (page.length === 0) return all
    all = [...page, ...all]
  }
}

const whileSinkRuns = async (until: () => Promise<boolean>): Promise<void> => {
  const sink = startStage(['sink', 'postgres'], env)
  await eventually(until, sink.said)
  expect(await sink.end('SIGTERM')).toBe(0)
}

const storedRows = async (): Promise<number> => {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query('select count(*)::int as n from candles')
  await client.end()
  return rows[0].n
}

beforeAll(async () => {
  cluster = await testKafka()
  database = await testDatabase()
  const port = await freePort(28_080, 'test of serve')
  url = `http://127.0.0.1:${port}`
  env = {
    KAFKA_BROKERS: cluster.brokers,
    TOPIC_PREFIX: cluster.prefix,
    POSTGRES_URL: database.url,
    HTTP_PORT: String(port),
    SYMBOLS: 'binance:BTC/USDT,binance:ETH/USDT',
    INTERVALS: '1m'
  }
  expect((await runProgram(['topics', 'apply'], env)).code).toBe(0)
  expect((await runProgram(['migrate'], env)).code).toBe(0)
  await publish(range(0, 300).map(n => at(n, { symbol: 'ETH/USDT', close: String(2_600 + (n % 7)) })))
  await publish(range(0, STORED).map(n => at(n)))
  const rows = async (): Promise<boolean> => (await storedRows()) === STORED + 300
  await whileSinkRuns(rows)
  await publish(range(STORED, WINDOWS).flatMap(n => [at(n, { final: false, tradeCount: 3 }), at(n)]))
  await publish([at(5, { revision: 1, volume: '7' }), at(WINDOWS, { final: false })])
  gateway = await startGateway()
})

afterAll(async () => {
  await gateway.end('SIGTERM')
  await database.drop()
  await cluster.sweep()
})

const due = (): readonly Candle[] => [
  ...range(0, WINDOWS).map(n => (n === 5 ? at(5, { revision: 1, volume: '7' }) : at(n))),
  at(WINDOWS, { final: false })
]

describe('serve as a process', () => {
  test('joins what is stored with what is only in the topic: every window once, the newest revision, the open one last', async () => {
    expect(await everything(700)).toEqual(due())
  })

  test('goes on without a seam while the database catches up', async () => {
    const sink = startStage(['sink', 'postgres'], env)
    let asked = 0
    for (let isStored = false; !isStored || asked < 5; asked++) {
      expect(await everything(2_500)).toEqual(due())
      isStored = isStored || asked > 200 || (asked % 5 === 0 && (await storedRows()) === WINDOWS + 300)
    }
    expect(await sink.end('SIGTERM')).toBe(0)
  })

  test('killed and started again, it tells the same', async () => {
    await gateway.end('SIGKILL')
    gateway = await startGateway()
    expect(await everything(5_000)).toEqual(due())
  })

  test('a client of Binance that is pointed at it reads candles', async () => {
    const createClient =
      typeof binance === 'function' ? binance : (binance as { default: typeof binance.default }).default
    const client = createClient({ httpBase: url })
    const rows = await client.candles({ symbol: 'BTCUSDT', interval: '1m', limit: 3 })
    expect(rows.map(({ openTime, close, trades }) => [openTime, close, trades])).toEqual(
      due()
        .slice(-3)
        .map(({ openTime, close, tradeCount }) => [openTime, close, tradeCount])
    )
  })

  test('tells on a socket what the topic gets, within moments', async () => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`)
    await once(socket, 'open')
    const heard: { readonly data: readonly Candle[] }[] = []
    socket.on('message', data => heard.push(JSON.parse(String(data))))
    socket.send(
      JSON.stringify({
        op: 'subscribe',
        id: 'x',
        channel: 'candles',
        exchange: 'binance',
        symbol: 'BTC/USDT',
        interval: '1m'
      })
    )
    await eventually(() => heard.length > 0)
    await publish([at(WINDOWS, { final: false, close: '1' })])
    await eventually(
      () => heard.at(-1)?.data.at(-1)?.close === '1',
      () => heard
    )
    socket.close()
  })

  test('a rule that is made over HTTP stands in the topic, and is listed by the command', async () => {
    const rule = { name: 'btc-high', kind: 'price', instrument: 'binance:BTC/USDT', above: 70_000 }
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/api/v1/alert-rules`, { method: 'POST', headers, body: JSON.stringify(rule) })
    expect(answer.status).toBe(201)
    expect((await runProgram(['alerts', 'list'], env)).stdout).toContain('btc-high')
    expect((await fetch(`${url}/api/v1/alert-rules/btc-high`, { method: 'DELETE' })).status).toBe(204)
    expect((await runProgram(['alerts', 'list'], env)).stdout).not.toContain('btc-high')
  })

  test('a backtest over HTTP comes to what the command comes to', async () => {
    const headers = { 'content-type': 'application/json' }
    const asked = { pair: 'binance:BTC/USDT~binance:ETH/USDT', interval: '1m', window: 50 }
    const answer = await fetch(`${url}/api/v1/backtests`, { method: 'POST', headers, body: JSON.stringify(asked) })
    const { report } = JSON.parse(await answer.text())
    const { stdout } = await runProgram(
      ['backtest', '--pair', asked.pair, '--interval', '1m', '--window', '50', '--json'],
      env
    )
    expect(report).toEqual(JSON.parse(stdout))
    const refused = await fetch(`${url}/api/v1/backtests`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ ...asked, exit: 3 })
    })
    expect(refused.status).toBe(400)
    expect(await refused.text()).toContain('each must be above the one before')
  })

  test('says how far its feeds are whole and how far groups are behind', async () => {
    const { symbols = [], lag = [] } = await ask('/api/v1/status')
    expect(symbols).toHaveLength(2)
    expect(lag).toContainEqual(
      expect.objectContaining({ group: `${cluster.prefix}sink-postgres`, topic: `${cluster.prefix}ohlcv_1m` })
    )
  })
})

const schemathesis = spawnSync('schemathesis', ['--version'])
const whyNoTrial = schemathesis.error ? 'schemathesis (PyPI) is not installed' : null

;(whyNoTrial === null ? describe : describe.skip)(
  `an API that is tried by its description${whyNoTrial ? ` (left out: ${whyNoTrial})` : ''}`,
  () => {
    test('has no request, sensible or not, that it fails at', async () => {
      const checks = [
        '--checks',
        'not_a_server_error',
        '--phases',
        'examples,coverage,fuzzing',
        '--max-examples',
        '8',
        '--seed',
        '1'
      ]
      const description = ['run', `${url}/openapi.json`, '--exclude-path', '/api/v1/stream']
      const folder = mkdtempSync(join(tmpdir(), 'tickstream-trial-'))
      const trial = spawn('schemathesis', [...description, ...checks], { cwd: folder })
      const said: string[] = []
      trial.stdout.on('data', bytes => said.push(String(bytes)))
      const [code] = await once(trial, 'close')
      expect([code, code === 0 ? '' : said.join('').slice(-4_000)]).toEqual([0, ''])
      expect(said.join('')).toMatch(/Tested: 2\d/)
      rmSync(folder, { recursive: true })
    }, 180_000)
  }
)

describe('a gateway that must not run', () => {
  test('is refused at an address that others reach, without a token', async () => {
    const { code, stderr } = await runProgram(['serve'], { ...env, HTTP_HOST: '0.0.0.0' })
    expect(code).toBe(2)
    expect(stderr).toContain('API_TOKEN')
  })

  test('says which port is taken', async () => {
    const { code, stderr } = await runProgram(['serve'], env)
    expect(code).toBe(1)
    expect(stderr).toContain('HTTP_PORT')
  })

  test('ends with what to do when there are no topics', async () => {
    const { code, stderr } = await runProgram(['serve'], {
      ...env,
      TOPIC_PREFIX: `${cluster.prefix}none-`,
      HTTP_PORT: '0'
    })
    expect(code).toBe(1)
    expect(stderr).toContain('tickstream topics apply')
  })
})

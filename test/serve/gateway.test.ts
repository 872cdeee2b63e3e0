import { afterEach, describe, expect, test } from '@jest/globals'
import type { z } from 'zod'
import { TickstreamError } from '../../src/market/error.ts'
import { KPI_FIGURES, type Kpi, type KpiFigure } from '../../src/market/kpi.ts'
import { epochMs } from '../../src/market/time.ts'
import * as schema from '../../src/serve/schemas.ts'
import * as topics from '../../src/topics.ts'
import { candleAt } from '../support/candles.ts'
import { fakeAlert, fakeIndicators, fakePair } from '../support/fake-records.ts'
import { type GatewayScene, gatewayScene } from '../support/gateway-scene.ts'

const open: GatewayScene[] = []

const scene = async (...more: Parameters<typeof gatewayScene>): Promise<GatewayScene> => {
  const made = await gatewayScene(...more)
  open.push(made)
  return made
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()))
})

const get = async ({ url }: GatewayScene, path: string, headers: Readonly<Record<string, string>> = {}) => {
  const answer = await fetch(url + path, { headers })
  const { status: code } = answer
  return { code, type: answer.headers.get('content-type'), text: await answer.text(), headers: answer.headers }
}

const JSON_TYPE = 'application/json'

const post = async ({ url }: GatewayScene, method: string, path: string, body?: string, type = JSON_TYPE) => {
  const answer = await fetch(url + path, {
    method,
    ...(body === undefined ? {} : { body, headers: { 'content-type': type } })
  })
  const text = await answer.text()
  return { code: answer.status, body: text === '' ? null : JSON.parse(text) }
}

const send = (scene: GatewayScene, method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
  post(scene, method, path, body && JSON.stringify(body))

const WHERE = 'exchange=binance&symbol=BTC/USDT&interval=1m'
const KPI: Kpi = {
  exchange: 'binance',
  symbol: 'BTC/USDT',
  time: epochMs(1_723_161_600_000),
  ...(Object.fromEntries(KPI_FIGURES.map(name => [name, 1.5])) as Record<KpiFigure, number>)
}
const GAP = {
  exchange: 'binance',
  symbol: 'BTC/USDT',
  fromId: '10',
  toId: '46',
  count: 37,
  detectedAt: epochMs(1_723_161_600_000),
  status: 'open',
  cause: 'restart',
  closedAt: null
} as const

const filled = async (...more: Parameters<typeof gatewayScene>): Promise<GatewayScene> => {
  const made = await scene(...more)
  made.give(topics.candles['1m'], candleAt(0), candleAt(1), candleAt(2, { final: false }))
  made.give(topics.indicators, fakeIndicators(candleAt(0)), fakeIndicators(candleAt(1)))
  made.give(topics.kpis, KPI)
  made.give(topics.pairs, fakePair(1_723_161_600_000, '1m', 'ols'), fakePair(1_723_161_600_000, '5m', 'kalman'))
  made.give(topics.alerts, fakeAlert('a1', 1_723_161_600_000))
  made.give(topics.gaps, GAP)
  return made
}

describe('good answers', () => {
  const answers: readonly (readonly [url: string, list: string, item: z.ZodType, count: number])[] = [
    [`/api/v1/candles?${WHERE}`, 'candles', schema.candle, 3],
    [`/api/v1/candles?${WHERE}&limit=1`, 'candles', schema.candle, 1],
    [`/api/v1/candles?${WHERE}&from=2024-08-09T00:00:00Z`, 'candles', schema.candle, 2],
    [`/api/v1/indicators?${WHERE}`, 'indicators', schema.indicators, 2],
    ['/api/v1/kpis', 'kpis', schema.kpi, 1],
    ['/api/v1/kpis?exchange=binance&symbol=BTC/USDT', 'kpis', schema.kpi, 1],
    ['/api/v1/pairs', 'pairs', schema.pairStats, 2],
    ['/api/v1/pairs?method=kalman', 'pairs', schema.pairStats, 1],
    ['/api/v1/pairs?a=sim:BTC/USDT&b=sim:ETH/USDT&interval=1m&method=ols', 'pairs', schema.pairStats, 1],
    ['/api/v1/alerts', 'alerts', schema.alert, 1],
    ['/api/v1/alerts?state=resolved', 'alerts', schema.alert, 0],
    ['/api/v1/alerts?pair=sim:BTC/USDT~sim:ETH/USDT', 'alerts', schema.alert, 1],
    ['/api/v1/alert-rules', 'rules', schema.alertRule, 2],
    ['/api/v1/gaps', 'gaps', schema.gap, 1],
    ['/api/v1/gaps?status=filled', 'gaps', schema.gap, 0]
  ]

  test.each(answers)('%s gives what its schema says', async (url, list, item, count) => {
    const { code, text, type } = await get(await filled(), url)
    expect([code, type]).toEqual([200, 'application/json; charset=utf-8'])
    const records = JSON.parse(text)[list]
    expect(records).toHaveLength(count)
    for (const record of records) expect(item.safeParse(record).error).toBeUndefined()
  })

  test('candles are told as they stand in the topic, the open one last', async () => {
    const { text } = await get(await filled(), `/api/v1/candles?${WHERE}`)
    expect(JSON.parse(text).candles).toEqual([candleAt(0), candleAt(1), candleAt(2, { final: false })])
  })

  test('candles are CSV by Accept, and by their address', async () => {
    const made = await filled()
    const byAccept = await get(made, `/api/v1/candles?${WHERE}`, { accept: 'text/csv' })
    const byAddress = await get(made, `/api/v1/candles.csv?${WHERE}`)
    expect(byAccept.type).toBe('text/csv; charset=utf-8')
    expect(byAddress.text).toBe(byAccept.text)
    expect(byAccept.text.split('\n')[0]).toMatch(/^exchange,symbol,interval,openTime,.*,status,missing$/)
    expect(byAccept.text.split('\n')[1]).toContain('binance,BTC/USDT,1m,1723161540000,1723161600000,61685.98,')
  })

  test('the status says how far each feed is whole, what it lacks, and how far groups are behind', async () => {
    const body = JSON.parse((await get(await filled(), '/api/v1/status')).text)
    expect(schema.status.safeParse(body).error).toBeUndefined()
    expect(body.symbols).toEqual([
      expect.objectContaining({
        symbol: 'BTC/USDT',
        contiguousToId: '1019',
        gapsOpen: 1,
        missingTrades: 37,
        watermark: 1_723_161_660_000
      })
    ])
    expect(body.lag).toEqual([{ group: 'aggregate', topic: 'raw_ticks', partition: 0, lag: 3 }])
  })

  test('instruments are those that are expected', async () => {
    const body = JSON.parse((await get(await filled(), '/api/v1/instruments')).text)
    expect(body.instruments).toEqual([
      { exchange: 'binance', symbol: 'BTC/USDT', intervals: ['1m', '5m'], simulated: false }
    ])
  })

  test('a backtest takes the options of the command', async () => {
    const body = { pair: 'sim:BTC/USDT~sim:ETH/USDT', walkForward: true, log: false, feeBps: 1.5, window: 100 }
    const answer = await send(await filled(), 'POST', '/api/v1/backtests', body)
    expect(answer.code).toBe(200)
    expect(answer.body.report.asked).toEqual({
      pair: 'sim:BTC/USDT~sim:ETH/USDT',
      interval: '1m',
      'walk-forward': true,
      'fee-bps': '1.5',
      window: '100'
    })
  })

  test('probes and figures are text', async () => {
    const made = await filled()
    expect((await get(made, '/livez')).text).toBe('ok\n')
    expect((await get(made, '/readyz')).code).toBe(200)
    made.serving.health.report('database', 'away')
    expect(await get(made, '/readyz')).toMatchObject({ code: 503, text: 'database: away\n' })
    expect((await get(made, '/metrics')).text).toContain('kafka_consumergroup_lag')
  })
})

describe('rules', () => {
  const RULE = { name: 'high', kind: 'price', above: 70_000 }

  test('are made, read, replaced and taken away', async () => {
    const made = await scene()
    expect(await send(made, 'POST', '/api/v1/alert-rules', RULE)).toMatchObject({
      code: 201,
      body: { ...RULE, enabled: true }
    })
    expect(JSON.parse((await get(made, '/api/v1/alert-rules/high')).text)).toMatchObject({
      above: 70_000,
      builtIn: false
    })
    expect((await send(made, 'POST', '/api/v1/alert-rules', RULE)).code).toBe(409)
    expect((await send(made, 'PUT', '/api/v1/alert-rules/high', { ...RULE, above: 1 })).body.above).toBe(1)
    expect((await send(made, 'DELETE', '/api/v1/alert-rules/high')).code).toBe(204)
    expect((await get(made, '/api/v1/alert-rules/high')).code).toBe(404)
    expect(made.written.map(([name, rule]) => [name, rule?.above])).toEqual([
      ['high', 70_000],
      ['high', 1],
      ['high', undefined]
    ])
  })

  test('that cannot be are refused with every bad field', async () => {
    const { code, body } = await send(await scene(), 'POST', '/api/v1/alert-rules', {
      name: 'x y',
      kind: 'price',
      colour: 1
    })
    expect(code).toBe(400)
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['above', 'colour', 'name'])
  })

  test('that are built in can be silenced, not taken away', async () => {
    const made = await scene()
    expect((await send(made, 'DELETE', '/api/v1/alert-rules/z_score-2')).code).toBe(409)
    const silent = await send(made, 'PUT', '/api/v1/alert-rules/z_score-2', { kind: 'z_score', enabled: false })
    expect(silent).toMatchObject({ code: 200, body: { name: 'z_score-2', enabled: false } })
    expect((await send(made, 'PUT', '/api/v1/alert-rules/z_score-2', { name: 'other', kind: 'z_score' })).code).toBe(
      400
    )
    expect((await send(made, 'DELETE', '/api/v1/alert-rules/nobody')).code).toBe(404)
  })
})

describe('bad input', () => {
  const bad: readonly (readonly [url: string, fields: readonly string[]])[] = [
    ['/api/v1/candles', ['exchange', 'symbol']],
    [
      '/api/v1/candles?exchange=Binance&symbol=BTCUSDT&interval=7m&from=x&to=y&limit=0&colour=red',
      ['colour', 'exchange', 'from', 'interval', 'limit', 'symbol', 'to']
    ],
    ['/api/v1/candles.csv?exchange=binance', ['symbol']],
    ['/api/v1/indicators?exchange=binance&symbol=BTC/USDT&limit=5001', ['limit']],
    ['/api/v1/kpis?symbol=btc', ['symbol']],
    ['/api/v1/pairs?a=BTC&method=magic', ['a', 'method']],
    ['/api/v1/alerts?state=ringing', ['state']],
    ['/api/v1/alerts?instrument=sim:BTC/USDT&pair=sim:BTC/USDT~sim:ETH/USDT', ['pair']],
    ['/api/v1/alert-rules?x=1', ['x']],
    ['/api/v1/gaps?status=deep', ['status']],
    ['/api/v1/status?x=1', ['x']],
    ['/api/v1/instruments?x=1', ['x']],
    ['/api/v1/stream?channel=everything', ['channel']],
    ['/api/v1/stream?channel=gaps&method=ols', ['method']]
  ]

  test.each(bad)('%s is refused, every bad field named', async (url, fields) => {
    const { code, type, text } = await get(await scene(), url)
    expect([code, type]).toEqual([400, 'application/problem+json; charset=utf-8'])
    const problem = JSON.parse(text)
    expect(schema.problem.safeParse(problem).error).toBeUndefined()
    expect(problem.errors.map(({ field }: { field: string }) => field).sort()).toEqual(fields)
  })

  test('a backtest that cannot be run says why', async () => {
    const made = await scene({
      runBacktest: async () => {
        throw new TickstreamError('config', '--exit 3 and --entry 2: each must be above the one before')
      }
    })
    const wrong = await send(made, 'POST', '/api/v1/backtests', { pair: 'BTC', speed: 3 })
    expect(wrong.body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['pair', 'speed'])
    const refused = await send(made, 'POST', '/api/v1/backtests', { pair: 'sim:BTC/USDT~sim:ETH/USDT' })
    expect(refused).toMatchObject({ code: 400, body: { detail: expect.stringContaining('each must be above') } })
  })

  test('what is no JSON, or too much of it, is refused', async () => {
    const made = await scene()
    const ask = async (body: string, type = JSON_TYPE) =>
      (await post(made, 'POST', '/api/v1/alert-rules', body, type)).code
    expect(await ask('{')).toBe(400)
    expect(await ask('{}', 'text/plain')).toBe(415)
    expect(await ask(JSON.stringify({ name: 'x'.repeat(70_000) }))).toBe(413)
    expect(await ask('{"__proto__": {}}')).toBe(400)
  })

  test('other methods and other addresses are refused with those that there are', async () => {
    const made = await scene()
    expect(await send(made, 'DELETE', '/api/v1/candles')).toMatchObject({
      code: 405,
      body: { detail: '/api/v1/candles takes GET' }
    })
    expect((await get(made, '/api/v2/candles')).code).toBe(404)
    expect((await get(made, '/%00')).code).toBe(404)
    expect(await get(made, '/%E0%A4')).toMatchObject({ code: 400, type: 'application/problem+json; charset=utf-8' })
    expect((await get(made, `/api/v1/alert-rules/${'x'.repeat(3_000)}`)).code).toBe(400)
  })
})

describe('what goes wrong inside', () => {
  test('a database that does not answer is said, and when to try again', async () => {
    const made = await scene()
    const ask = async () => {
      throw new TickstreamError('environment', 'PostgreSQL does not answer: refused', { retryable: true })
    }
    Object.assign(made.serving.edge.candles, { ask })
    const { code, text, headers } = await get(made, `/api/v1/candles?${WHERE}`)
    expect([code, headers.get('retry-after')]).toEqual([503, '1'])
    expect(JSON.parse(text).detail).toBe('PostgreSQL does not answer: refused; try again')
  })

  test('a bug is for the log: no word of it reaches the reader', async () => {
    const made = await scene()
    const ask = async () => {
      throw new Error('secret /root/file.ts:12')
    }
    Object.assign(made.serving.edge.candles, { ask })
    const { code, text } = await get(made, `/api/v1/candles?${WHERE}`)
    expect(code).toBe(500)
    expect(text).not.toMatch(/secret|\.ts|stack/)
  })

  test('while the edge is being read no records are told, for some could be missing', async () => {
    const made = await scene({ isReady: () => false })
    expect((await get(made, '/api/v1/status')).code).toBe(503)
    expect((await get(made, '/livez')).code).toBe(200)
  })

  test('more requests than are allowed in a second are told to wait', async () => {
    const made = await scene({ mostRequests: 3 })
    const codes = []
    for (let n = 0; n < 5; n++) codes.push((await get(made, '/api/v1/status')).code)
    expect(codes).toEqual([200, 200, 200, 429, 429])
    expect(JSON.parse((await get(made, '/api/v1/status')).text).detail).toContain('more than 3 requests a second')
    expect((await get(made, '/livez')).code).toBe(200)
  })
})

describe('a gateway with a token', () => {
  const locked = {
    guard: { token: 'secret', host: '0.0.0.0' },
    files: new Map([['/', { type: 'text/html', body: Buffer.from('<p>page') }]])
  }

  test.each([
    '/api/v1/status',
    '/api/v3/time',
    '/udf/time',
    '/metrics',
    '/openapi.json',
    '/api/v1/stream?channel=status'
  ])('asks for it at %s', async url => {
    const made = await scene(locked)
    const refused = await get(made, url)
    expect(refused).toMatchObject({ code: 401, type: 'application/problem+json; charset=utf-8' })
    if (url.includes('stream')) return
    expect((await get(made, url, { authorization: 'Bearer secret' })).code).toBe(200)
  })

  test('lets everybody see whether it lives, and the page, which holds no data', async () => {
    const made = await scene(locked)
    for (const url of ['/livez', '/readyz', '/']) expect((await get(made, url)).code).toBe(200)
  })
})

describe('the pages', () => {
  const files = new Map([
    ['/', { type: 'text/html; charset=utf-8', body: Buffer.from('<p>page') }],
    ['/assets/app-0123456789ab.js', { type: 'text/javascript; charset=utf-8', body: Buffer.from('run()') }]
  ])
  const HTML = { accept: 'text/html,application/xhtml+xml' }

  test('each view has an address of its own, under a strict policy', async () => {
    const made = await scene({ files })
    for (const url of ['/', '/chart?instrument=binance:BTC/USDT', '/quality']) {
      const { code, text, headers } = await get(made, url, HTML)
      expect([code, text]).toEqual([200, '<p>page'])
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    }
    expect((await get(made, '/chart')).code).toBe(404)
    expect((await get(made, '/api/chart', HTML)).code).toBe(404)
  })

  test('what is named after its content is kept for good, the page is not', async () => {
    const made = await scene({ files })
    expect((await get(made, '/assets/app-0123456789ab.js')).headers.get('cache-control')).toContain('immutable')
    expect((await get(made, '/', HTML)).headers.get('cache-control')).toBe('no-cache')
    expect((await get(made, '/', { ...HTML, 'accept-encoding': 'gzip' })).headers.get('content-encoding')).toBe('gzip')
  })
})

describe('/openapi.json', () => {
  test('describes every endpoint, with schemas that are all there', async () => {
    const { text } = await get(await scene(), '/openapi.json')
    const document = JSON.parse(text)
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/candles',
        '/api/v1/candles.csv',
        '/api/v1/alert-rules/{name}',
        '/api/v1/backtests',
        '/api/v3/klines',
        '/udf/history'
      ])
    )
    const named = new Set([...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(match => match[1]))
    expect([...named].sort()).toEqual(
      Object.keys(document.components.schemas)
        .filter(name => named.has(name))
        .sort()
    )
    expect(named.size).toBeGreaterThan(5)
    const limit = document.paths['/api/v1/candles'].get.parameters.find(
      ({ name }: { name: string }) => name === 'limit'
    )
    expect(limit).toMatchObject({
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 5_000 }
    })
  })
})

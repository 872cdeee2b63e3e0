import { afterEach, describe, expect, test } from '@jest/globals'
import { TickstreamError } from '../../src/market/error.ts'
import * as schema from '../../src/serve/http/api/schemas.ts'
import { closeGateways, get, JSON_TYPE, openGateway, post, send, WHERE } from '../support/ask-gateway.ts'
import { bearing, LOCKED, TOKEN } from '../support/guards.ts'

afterEach(closeGateways)

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
    const { code, type, text } = await get(await openGateway(), url)
    expect([code, type]).toEqual([400, 'application/problem+json; charset=utf-8'])
    const problem = JSON.parse(text)
    expect(schema.problem.safeParse(problem).error).toBeUndefined()
    expect(problem.errors.map(({ field }: { field: string }) => field).sort()).toEqual(fields)
  })

  test('a backtest that cannot be run says why', async () => {
    const made = await openGateway({
      runBacktest: async () => {
        throw new TickstreamError('TS-CONFIG', '--exit 3 and --entry 2: each must be above the one before')
      }
    })
    const wrong = await send(made, 'POST', '/api/v1/backtests', { pair: 'BTC', speed: 3 })
    expect(wrong.body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['pair', 'speed'])
    const refused = await send(made, 'POST', '/api/v1/backtests', { pair: 'sim:BTC/USDT~sim:ETH/USDT' })
    expect(refused).toMatchObject({ code: 400, body: { detail: expect.stringContaining('each must be above') } })
  })

  test('what is no JSON, or too much of it, is refused', async () => {
    const made = await openGateway()
    const ask = async (body: string, type = JSON_TYPE) =>
      (await post(made, 'POST', '/api/v1/alert-rules', body, type)).code
    expect(await ask('{')).toBe(400)
    expect(await ask('{}', 'text/plain')).toBe(415)
    expect(await ask(JSON.stringify({ name: 'x'.repeat(70_000) }))).toBe(413)
    expect(await ask('{"__proto__": {}}')).toBe(400)
  })

  test('other methods and other addresses are refused with those that there are', async () => {
    const made = await openGateway()
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
    const made = await openGateway()
    const ask = async () => {
      throw new TickstreamError('TS-AWAY', 'PostgreSQL does not answer: refused')
    }
    Object.assign(made.serving.liveTail.candles, { ask })
    const { code, text, headers } = await get(made, `/api/v1/candles?${WHERE}`)
    expect([code, headers.get('retry-after')]).toEqual([503, '1'])
    expect(JSON.parse(text).detail).toBe('PostgreSQL does not answer: refused; try again')
  })

  test('a bug is for the log: no word of it reaches the reader', async () => {
    const made = await openGateway()
    const ask = async () => {
      throw new Error('secret /root/file.ts:12')
    }
    Object.assign(made.serving.liveTail.candles, { ask })
    const { code, text } = await get(made, `/api/v1/candles?${WHERE}`)
    expect(code).toBe(500)
    expect(text).not.toMatch(/secret|\.ts|stack/)
  })

  test('more requests than are allowed in a second are told to wait', async () => {
    const made = await openGateway({ mostRequests: 3 })
    const codes = []
    for (let n = 0; n < 5; n++) codes.push((await get(made, '/api/v1/status')).code)
    expect(codes).toEqual([200, 200, 200, 429, 429])
    expect(JSON.parse((await get(made, '/api/v1/status')).text).detail).toContain('more than 3 requests a second')
    expect((await get(made, '/livez')).code).toBe(200)
  })

  test('what is refused, or is not there, counts among them', async () => {
    const made = await openGateway({ guard: LOCKED, mostRequests: 3 })
    const codes = []
    for (const url of ['/api/v1/status', '/api/none', '/none', '/', '/api/v1/status'])
      codes.push((await get(made, url)).code)
    expect(codes).toEqual([401, 401, 404, 429, 429])
  })
})

describe('a gateway with a token', () => {
  const locked = {
    guard: LOCKED,
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
    const made = await openGateway(locked)
    const refused = await get(made, url)
    const isOurs = !/^\/(udf|api\/v3)\//.test(url)
    expect(refused).toMatchObject({
      code: 401,
      type: `application/${isOurs ? 'problem+json' : 'json'}; charset=utf-8`
    })
    if (url.includes('stream')) return
    expect((await get(made, url, bearing(TOKEN))).code).toBe(200)
  })

  test('lets everybody see whether it lives, and the page, which holds no data', async () => {
    const made = await openGateway(locked)
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
    const made = await openGateway({ files })
    for (const url of ['/', '/chart?instrument=binance:BTC/USDT', '/quality']) {
      const { code, text, headers } = await get(made, url, HTML)
      expect([code, text]).toEqual([200, '<p>page'])
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    }
    expect((await get(made, '/chart')).code).toBe(404)
    expect((await get(made, '/api/chart', HTML)).code).toBe(404)
  })

  test('what is named after its content is kept for good, the page is not', async () => {
    const made = await openGateway({ files })
    expect((await get(made, '/assets/app-0123456789ab.js')).headers.get('cache-control')).toContain('immutable')
    expect((await get(made, '/', HTML)).headers.get('cache-control')).toBe('no-cache')
    expect((await get(made, '/', { ...HTML, 'accept-encoding': 'gzip' })).headers.get('content-encoding')).toBe('gzip')
  })
})

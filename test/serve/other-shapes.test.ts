import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { epochMs } from '../../src/market/time.ts'
import * as topics from '../../src/topics.ts'
import { candleAt } from '../support/candles.ts'
import { type GatewayScene, gatewayScene } from '../support/gateway-scene.ts'
import { LOCKED } from '../support/guards.ts'

let scene: GatewayScene

beforeAll(async () => {
  scene = await gatewayScene()
  scene.give(topics.candles['1m'], candleAt(0), candleAt(1), candleAt(2, { final: false }))
})

afterAll(async () => {
  await scene.close()
})

const get = async (url: string) => {
  const answer = await fetch(scene.url + url)
  return { code: answer.status, body: JSON.parse(await answer.text()) }
}

describe('klines, as a client of Binance expects them', () => {
  test('are rows of twelve, the close one millisecond before the next opens', async () => {
    const { body } = await get('/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1&endTime=1723161599999')
    expect(body).toEqual([
      [
        1_723_161_540_000,
        '61685.98',
        '61720',
        '61680.5',
        '61685.99',
        '12.34567',
        1_723_161_599_999,
        '761543.1203987',
        10,
        '6.1',
        '376300.02',
        '0'
      ]
    ])
  })

  test('begin at startTime, and end with the window that opens at endTime', async () => {
    const { body } = await get(
      '/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1723161540001&endTime=1723161600000'
    )
    expect(body.map(([openTime]: [number]) => openTime)).toEqual([1_723_161_600_000])
  })

  test.each([
    ['symbol=NOPE&interval=1m', -1121, 'Invalid symbol.'],
    ['symbol=BTCUSDT&interval=7m', -1120, 'Invalid interval.'],
    ['interval=1m', -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."],
    ['symbol=BTCUSDT', -1102, "Mandatory parameter 'interval' was not sent, was empty/null, or malformed."],
    [
      'symbol=btcusdt&interval=1m',
      -1100,
      "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'."
    ],
    ['symbol=&interval=1m', -1105, "Parameter 'symbol' was empty."],
    ['symbol=BTCUSDT&interval=1m&limit=1001', -1130, "Data sent for parameter 'limit' is not valid."],
    [
      'symbol=BTCUSDT&interval=1m&startTime=yesterday',
      -1100,
      "Illegal characters found in parameter 'startTime'; legal range is '^[0-9]{1,20}$'."
    ],
    ['symbol=BTCUSDT&symbol=ETHUSDT&interval=1m', -1101, 'Duplicate values for a parameter detected.'],
    ['symbol=BTCUSDT&interval=1m&colour=red', -1101, 'Too many parameters sent for this endpoint.']
  ])('%s is refused in its words', async (query, code, msg) => {
    expect(await get(`/api/v3/klines?${query}`)).toEqual({ code: 400, body: { code, msg } })
  })

  test('ping, time and symbols answer as well', async () => {
    expect((await get('/api/v3/ping')).body).toEqual({})
    expect((await get('/api/v3/time')).body).toEqual({ serverTime: scene.clock.now() })
    const { symbols } = (await get('/api/v3/exchangeInfo')).body
    expect(symbols).toEqual([expect.objectContaining({ symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT' })])
  })

  const statusAfter = async (status: string | null, ageMs: number): Promise<string> => {
    const checkedAt = epochMs(scene.clock.now() - ageMs)
    scene.give(topics.listings, { exchange: 'binance', symbol: 'BTC/USDT', status, checkedAt })
    return (await get('/api/v3/exchangeInfo')).body.symbols[0].status
  }

  test('a symbol whose state nobody has asked for is not said to be traded', async () => {
    const fresh = await gatewayScene()
    const answer = await fetch(`${fresh.url}/api/v3/exchangeInfo`)
    expect(JSON.parse(await answer.text()).symbols).toEqual([
      expect.objectContaining({ symbol: 'BTCUSDT', status: 'BREAK' })
    ])
    await fresh.close()
  })

  test.each(['TRADING', 'HALT', 'BREAK', 'END_OF_DAY'])(
    "a symbol's status is the exchange's own word: %s",
    async word => expect(await statusAfter(word, 1_800_000)).toBe(word)
  )

  test('a symbol that the exchange does not list, or whose word of TRADING is hours old, is not said to be traded', async () => {
    expect(await statusAfter(null, 1_800_000)).toBe('BREAK')
    expect(await statusAfter('TRADING', 3 * 3_600_000)).toBe('TRADING')
    expect(await statusAfter('TRADING', 3 * 3_600_000 + 1)).toBe('BREAK')
  })
})

describe('UDF, as a TradingView chart expects it', () => {
  test('says what it can do, and finds symbols', async () => {
    expect((await get('/udf/config')).body).toMatchObject({ supports_search: true, supported_resolutions: ['1', '5'] })
    const found = [expect.objectContaining({ symbol: 'BTC/USDT', ticker: 'binance:BTC/USDT' })]
    expect((await get('/udf/search?query=btc&type=&exchange=&limit=5')).body).toEqual(found)
    expect((await get('/udf/search?query=zzz')).body).toEqual([])
    expect((await get('/udf/search?limit=-1')).code).toBe(400)
    expect((await get('/udf/time')).body).toBe(Math.floor(scene.clock.now() / 1_000))
  })

  test('describes a symbol by any of its names', async () => {
    for (const name of ['binance:BTC/USDT', 'BTC/USDT', 'BTCUSDT'])
      expect((await get(`/udf/symbols?symbol=${name}`)).body).toMatchObject({
        name: 'BTC/USDT',
        session: '24x7',
        pricescale: 100
      })
    expect(await get('/udf/symbols?symbol=NOPE')).toMatchObject({ code: 404, body: { s: 'error' } })
    expect((await get('/udf/symbols')).code).toBe(400)
  })

  test('gives candles as columns, in seconds', async () => {
    const { body } = await get('/udf/history?symbol=BTC/USDT&resolution=1&from=1723161540&to=1723161660')
    expect(body).toEqual({
      s: 'ok',
      t: [1_723_161_540, 1_723_161_600],
      o: [61_685.98, 61_685.98],
      h: [61_720, 61_720],
      l: [61_680.5, 61_680.5],
      c: [61_685.99, 61_685.99],
      v: [12.34567, 12.34567]
    })
  })

  test('counts back from the end where it is asked to, and says where to look when there is nothing', async () => {
    expect((await get('/udf/history?symbol=BTC/USDT&resolution=1&to=1723161660&countback=1')).body.t).toEqual([
      1_723_161_600
    ])
    const none = await get('/udf/history?symbol=BTC/USDT&resolution=1&from=1723170000&to=1723170060')
    expect(none.body).toEqual({ s: 'no_data', nextTime: 1_723_161_660 })
    expect((await get('/udf/history?symbol=NOPE&resolution=1&from=1&to=2')).code).toBe(404)
    expect((await get('/udf/history?symbol=BTC/USDT&resolution=7&from=1&to=2')).body).toMatchObject({ s: 'error' })
    expect((await get('/udf/history?symbol=BTC/USDT&resolution=1&to=2')).body.errmsg).toContain('from')
  })
})

describe('what the gateway itself refuses', () => {
  const refusals: readonly (readonly [
    what: string,
    status: number,
    code: number,
    options: Parameters<typeof gatewayScene>[0],
    ask: (url: string) => Promise<Response>
  ])[] = [
    ['an address that there is not', 404, -1020, {}, url => fetch(`${url}/nothing`)],
    ['another method', 405, -1020, {}, url => fetch(`${url}/time`, { method: 'DELETE' })],
    ['a missing token', 401, -1002, { guard: LOCKED }, url => fetch(`${url}/time`)],
    [
      'a page of another origin',
      403,
      -1002,
      {},
      url => fetch(`${url}/time`, { headers: { origin: 'http://a.example' } })
    ],
    ['too many requests', 429, -1003, { mostRequests: 0 }, url => fetch(`${url}/time`)],
    ['an address that is none', 400, -1013, {}, url => fetch(`${url}/%E0%A4`)]
  ]

  test.each(refusals)('%s is told in the words of whom it is shaped as', async (_what, status, code, options, ask) => {
    const made = await gatewayScene(options)
    const [binance, udf, own] = await Promise.all(
      ['/api/v3', '/udf', '/api/v1'].map(async path => {
        const answer = await ask(made.url + path)
        return {
          status: answer.status,
          type: answer.headers.get('content-type'),
          body: JSON.parse(await answer.text())
        }
      })
    )
    await made.close()
    const type = 'application/json; charset=utf-8'
    expect(binance).toEqual({ status, type, body: { code, msg: expect.stringMatching(/\.( \(.+\))?$/) } })
    expect(udf).toEqual({ status, type, body: { s: 'error', errmsg: expect.any(String) } })
    const isThere = status !== 405
    expect(own).toMatchObject({ status: isThere ? status : 404, type: 'application/problem+json; charset=utf-8' })
  })

  test('what goes wrong inside is told in them too', async () => {
    const made = await gatewayScene()
    const ask = async () => {
      throw new Error('secret')
    }
    Object.assign(made.serving.liveTail.candles, { ask })
    const klines = await fetch(`${made.url}/api/v3/klines?symbol=BTCUSDT&interval=1m`)
    expect([klines.status, JSON.parse(await klines.text()).code]).toEqual([500, -1000])
    const history = await fetch(`${made.url}/udf/history?symbol=BTC/USDT&resolution=1&to=2&countback=1`)
    expect([history.status, JSON.parse(await history.text()).s]).toEqual([500, 'error'])
    await made.close()
  })
})

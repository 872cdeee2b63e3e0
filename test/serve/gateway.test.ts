import { afterEach, describe, expect, test } from '@jest/globals'
import type { z } from 'zod'
import { epochMs } from '../../src/market/time.ts'
import * as schema from '../../src/serve/http/api/schemas.ts'
import { ingestState, listings } from '../../src/topics.ts'
import { closeGateways, filledGateway, get, openGateway, send, WHERE } from '../support/ask-gateway.ts'
import { candleAt } from '../support/candles.ts'

afterEach(closeGateways)

const BTC = { exchange: 'binance', symbol: 'BTC/USDT' }
const AS_IT_IS = { 'accept-encoding': 'identity' }

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
    ['/api/v1/composites', 'composites', schema.composite, 1],
    ['/api/v1/composites?simulated=true', 'composites', schema.composite, 1],
    ['/api/v1/composites?symbol=BTC/USDT', 'composites', schema.composite, 1],
    ['/api/v1/composites?symbol=BTC/USDT&simulated=true', 'composites', schema.composite, 2],
    ['/api/v1/composites?symbol=ETH/USDT&simulated=true', 'composites', schema.composite, 0],
    ['/api/v1/alerts', 'alerts', schema.alert, 1],
    ['/api/v1/alerts?state=resolved', 'alerts', schema.alert, 0],
    ['/api/v1/alerts?pair=sim:BTC/USDT~sim:ETH/USDT', 'alerts', schema.alert, 1],
    ['/api/v1/alert-rules', 'rules', schema.alertRule, 2],
    ['/api/v1/gaps', 'gaps', schema.gap, 1],
    ['/api/v1/gaps?status=filled', 'gaps', schema.gap, 0]
  ]

  test.each(answers)('%s gives what its schema says', async (url, list, item, count) => {
    const { code, text, type } = await get(await filledGateway(), url)
    expect([code, type]).toEqual([200, 'application/json; charset=utf-8'])
    const records = JSON.parse(text)[list]
    expect(records).toHaveLength(count)
    for (const record of records) expect(item.safeParse(record).error).toBeUndefined()
  })

  test('candles are told as they stand in the topic, the open one last', async () => {
    const { text } = await get(await filledGateway(), `/api/v1/candles?${WHERE}`)
    expect(JSON.parse(text).candles).toEqual([candleAt(0), candleAt(1), candleAt(2, { final: false })])
  })

  test('candles are kept by nobody on the way, and their size is known before', async () => {
    const made = await filledGateway()
    const { headers, text } = await get(made, `/api/v1/candles?${WHERE}`, AS_IT_IS)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-length')).toBe(String(text.length))
    const head = await fetch(`${made.url}/api/v1/candles?${WHERE}`, { method: 'HEAD', headers: AS_IT_IS })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, String(text.length), ''])
  })

  test('candles are CSV by Accept, and by their address', async () => {
    const made = await filledGateway()
    const byAccept = await get(made, `/api/v1/candles?${WHERE}`, { accept: 'text/csv' })
    const byAddress = await get(made, `/api/v1/candles.csv?${WHERE}`)
    expect(byAccept.type).toBe('text/csv; charset=utf-8')
    expect(byAddress.text).toBe(byAccept.text)
    expect(byAccept.text.split('\n')[0]).toMatch(/^exchange,symbol,interval,openTime,.*,status,missing,epoch,/)
    expect(byAccept.text.split('\n')[1]).toContain('binance,BTC/USDT,1m,1723161540000,1723161600000,61685.98,')
  })

  test('the status says how far each feed is whole, what it lacks, and how far groups are behind', async () => {
    const body = JSON.parse((await get(await filledGateway(), '/api/v1/status')).text)
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
    const body = JSON.parse((await get(await filledGateway(), '/api/v1/instruments')).text)
    expect(body.instruments).toEqual([
      {
        exchange: 'binance',
        symbol: 'BTC/USDT',
        intervals: ['1m', '5m'],
        simulated: false,
        exchangeStatus: null,
        exchangeStatusAt: null,
        facts: null
      }
    ])
  })

  test.each(['HALT', 'BREAK', 'TRADING', null])(
    "instruments and status say the exchange's own word, here %s, and when it said so",
    async exchangeStatus => {
      const made = await filledGateway()
      made.give(listings, { ...BTC, status: exchangeStatus, checkedAt: epochMs(1_723_161_700_000) })
      const { instruments } = JSON.parse((await get(made, '/api/v1/instruments')).text)
      const { symbols } = JSON.parse((await get(made, '/api/v1/status')).text)
      const told = expect.objectContaining({ ...BTC, exchangeStatus, exchangeStatusAt: 1_723_161_700_000 })
      expect([instruments, symbols]).toEqual([[told], [told]])
    }
  )

  test('status says since when the ids of a symbol are in doubt, until they no longer are', async () => {
    const made = await filledGateway()
    const position = { ...BTC, lastId: '7', time: epochMs(1_723_161_700_000) }
    const doubtedSince = async () => JSON.parse((await get(made, '/api/v1/status')).text).symbols[0].idsDoubtedSince
    made.give(ingestState, { ...position, doubtedSince: epochMs(1_723_161_705_000) })
    expect(await doubtedSince()).toBe(1_723_161_705_000)
    made.give(ingestState, position)
    expect(await doubtedSince()).toBeNull()
  })

  test('what the exchange says of an instrument that nobody expects or hears of makes it none that is served', async () => {
    const made = await filledGateway()
    made.give(listings, { ...BTC, symbol: 'OLD/USDT', status: 'BREAK', checkedAt: epochMs(1_723_161_700_000) })
    const { instruments } = JSON.parse((await get(made, '/api/v1/instruments')).text)
    expect(instruments.map(({ symbol }: { symbol: string }) => symbol)).toEqual(['BTC/USDT'])
  })

  test('a backtest takes the options of the command', async () => {
    const body = { pair: 'sim:BTC/USDT~sim:ETH/USDT', walkForward: true, log: false, feeBps: 1.5, window: 100 }
    const answer = await send(await filledGateway(), 'POST', '/api/v1/backtests', body)
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
    const made = await filledGateway()
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
    const made = await openGateway()
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
    const { code, body } = await send(await openGateway(), 'POST', '/api/v1/alert-rules', {
      name: 'x y',
      kind: 'price',
      colour: 1
    })
    expect(code).toBe(400)
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['above', 'colour', 'name'])
  })

  test('that are built in can be silenced, not taken away', async () => {
    const made = await openGateway()
    expect((await send(made, 'DELETE', '/api/v1/alert-rules/z_score-2')).code).toBe(409)
    const silent = await send(made, 'PUT', '/api/v1/alert-rules/z_score-2', { kind: 'z_score', enabled: false })
    expect(silent).toMatchObject({ code: 200, body: { name: 'z_score-2', enabled: false } })
    expect((await send(made, 'PUT', '/api/v1/alert-rules/z_score-2', { name: 'other', kind: 'z_score' })).code).toBe(
      400
    )
    expect((await send(made, 'DELETE', '/api/v1/alert-rules/nobody')).code).toBe(404)
  })
})

describe('/openapi.json', () => {
  test('describes every endpoint, with schemas that are all there', async () => {
    const { text } = await get(await openGateway(), '/openapi.json')
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

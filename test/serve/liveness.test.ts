import { once } from 'node:events'
import { afterEach, describe, expect, test } from '@jest/globals'
import { WebSocket } from 'ws'
import * as schema from '../../src/serve/http/api/schemas.ts'
import { alertRules, candles, gaps } from '../../src/topics.ts'
import { closeGateways, filledGateway, get, openGateway, send, WHERE } from '../support/ask-gateway.ts'
import { candleAt } from '../support/candles.ts'
import { eventually } from '../support/eventually.ts'
import { type GatewayScene, liveEdge } from '../support/gateway-scene.ts'
import { handClock } from '../support/hand-clock.ts'

afterEach(closeGateways)

/** A gateway whose broker fell silent `ms` ago. */
const silentFor = async (ms: number): Promise<GatewayScene> => {
  const clock = handClock()
  const made = await filledGateway({ liveness: liveEdge(clock), clock })
  made.serving.liveness.freshness()
  clock.pass(ms)
  made.serving.health.report('live edge', made.serving.liveness.problem)
  return made
}

const OWN = [
  `/api/v1/candles?${WHERE}`,
  `/api/v1/indicators?${WHERE}`,
  '/api/v1/kpis',
  '/api/v1/kpis?exchange=binance&symbol=BTC/USDT',
  '/api/v1/pairs',
  '/api/v1/alerts',
  '/api/v1/alert-rules',
  '/api/v1/gaps',
  '/api/v1/status',
  '/api/v1/instruments'
]

/** Bodies that have no place to say how old they are. */
const FOREIGN = [
  `/api/v1/candles.csv?${WHERE}`,
  '/api/v3/klines?symbol=BTCUSDT&interval=1m',
  '/api/v3/klines?symbol=BTCUSDT&interval=1m&endTime=1723161719999',
  '/udf/history?symbol=BTC/USDT&resolution=1&to=1723161720&countback=10'
]

describe('a gateway whose broker is silent', () => {
  test.each(OWN)('%s says that it is stalled, and how old it is', async url => {
    const { code, text, headers } = await get(await silentFor(3_500), url)
    const { state, ageMs } = JSON.parse(text)
    expect({ code, state, ageMs }).toEqual({ code: 200, state: 'stalled', ageMs: 3_500 })
    expect([headers.get('tickstream-state'), headers.get('tickstream-age-ms')]).toEqual(['stalled', '3500'])
  })

  test.each(OWN)('%s says that it is live while the broker answers', async url => {
    const { code, text } = await get(await silentFor(200), url)
    const { state, ageMs } = JSON.parse(text)
    expect({ code, state, ageMs }).toEqual({ code: 200, state: 'live', ageMs: 200 })
  })

  test.each(FOREIGN)('%s is refused, for it would be taken for the newest', async url => {
    expect((await get(await silentFor(200), url)).code).toBe(200)
    const { code, text, headers } = await get(await silentFor(3_500), url)
    expect(code).toBe(503)
    expect(text).toContain('stalled: the broker has not answered for 3.5 s')
    expect(headers.get('retry-after')).toBe('1')
  })

  test('is refused in the words of whom an answer is shaped as', async () => {
    const made = await silentFor(3_500)
    expect(JSON.parse((await get(made, FOREIGN[1]!)).text)).toMatchObject({ code: -1008 })
    expect(JSON.parse((await get(made, FOREIGN[3]!)).text)).toMatchObject({ s: 'error' })
  })

  test.each([
    `/api/v1/candles.csv?${WHERE}&to=2024-08-09T00:01:00Z`,
    '/api/v3/klines?symbol=BTCUSDT&interval=1m&endTime=1723161659999',
    '/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1723161540000&limit=2',
    '/udf/history?symbol=BTC/USDT&resolution=1&to=1723161660&countback=10'
  ])('%s is over, and told', async url => {
    expect((await get(await silentFor(3_500), url)).code).toBe(200)
  })

  test('is not ready, and is again with the next answer', async () => {
    const made = await silentFor(60_000)
    expect(await get(made, '/readyz')).toMatchObject({
      code: 503,
      text: 'live edge: stalled: the broker has not answered for 60.0 s\n'
    })
    made.serving.liveness.pulse.ask(1)
    made.serving.liveness.pulse.answer(1)
    expect((await get(made, '/readyz')).code).toBe(200)
    expect(JSON.parse((await get(made, `/api/v1/candles?${WHERE}`)).text).state).toBe('live')
  })

  test('says how old the newest data of an instrument is, apart from that', async () => {
    const made = await silentFor(200)
    const { ageMs, dataAgeMs } = JSON.parse((await get(made, `/api/v1/candles?${WHERE}`)).text)
    expect([ageMs, dataAgeMs]).toEqual([200, 60_200])
  })

  test('takes no change of a rule, and says so at once', async () => {
    const made = await silentFor(3_500)
    const rule = { name: 'high', kind: 'price', above: 70_000 }
    for (const [method, path, body] of [
      ['POST', '', rule],
      ['PUT', '/high', rule],
      ['DELETE', '/high', undefined]
    ] as const) {
      const { code, body: said } = await send(made, method, `/api/v1/alert-rules${path}`, body)
      expect([code, said.detail]).toEqual([503, expect.stringContaining('stalled')])
    }
    expect(made.written).toEqual([])
  })

  test('sockets and streams hear it, and hear when it is over', async () => {
    const clock = handClock()
    const liveness = liveEdge(clock)
    const made = await openGateway({ liveness })
    const socket = new WebSocket(`${made.url.replace('http', 'ws')}/ws`)
    const heard: string[] = []
    socket.on('message', data => heard.push(String(data)))
    await once(socket, 'open')
    const stream = await fetch(`${made.url}/api/v1/stream?channel=alerts`)
    const events = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
    let said = ''
    const hear = async (text: string): Promise<void> => {
      while (!said.includes(text)) said += (await events.read()).value
    }
    await hear('event: snapshot')
    clock.pass(3_500)
    liveness.check()
    liveness.check()
    liveness.pulse.ask(1)
    liveness.pulse.answer(1)
    liveness.check()
    await eventually(() => heard.length === 2)
    expect(heard.map(text => JSON.parse(text))).toEqual([
      { type: 'state', state: 'stalled', ageMs: 3_500 },
      { type: 'state', state: 'live', ageMs: 0 }
    ])
    await hear('event: state\ndata: {"state":"stalled","ageMs":3500}')
    await hear('event: state\ndata: {"state":"live","ageMs":0}')
    const late = new WebSocket(`${made.url.replace('http', 'ws')}/ws`)
    await once(late, 'open')
    late.send('{"op":"ping"}')
    const [pong] = await once(late, 'message')
    expect(JSON.parse(String(pong))).toEqual({ type: 'pong', state: 'live', ageMs: 0 })
    socket.close()
    late.close()
    await events.cancel()
  })
})

describe('a gateway that still reads what is newest', () => {
  const reading = async (left: Readonly<Record<string, number>>): Promise<GatewayScene> => {
    const made = await filledGateway({ liveness: liveEdge(handClock()) })
    made.serving.liveness.onLeft(new Map(Object.entries(left)))
    return made
  }

  test('answers with what it knows, and says that this is not all', async () => {
    const made = await reading({ [candles['1m'].name]: 1_000 })
    const { state } = JSON.parse((await get(made, `/api/v1/candles?${WHERE}`)).text)
    expect(state).toBe('warming')
    expect((await get(made, '/api/v3/klines?symbol=BTCUSDT&interval=1m')).code).toBe(503)
    made.serving.health.report('live edge', made.serving.liveness.problem)
    expect((await get(made, '/readyz')).text).toBe('live edge: what is newest is being read: 1000 records to go\n')
  })

  test('takes rules as soon as the rules are read, whatever else is not', async () => {
    const made = await reading({ [candles['1m'].name]: 1_000_000 })
    const rule = { name: 'high', kind: 'price', above: 70_000 }
    expect((await send(made, 'POST', '/api/v1/alert-rules', rule)).code).toBe(201)
  })

  test('a rule waits until the rules are read', async () => {
    const made = await reading({ [alertRules.name]: 5 })
    const rule = { name: 'high', kind: 'price', above: 70_000 }
    let isRead = false
    const { clock: own } = made.serving
    const clock = {
      ...own,
      sleep: async (ms: number, signal?: AbortSignal) => {
        if (signal) return own.sleep(ms, signal)
        isRead = true
        made.serving.liveness.onLeft(new Map())
      }
    }
    Object.assign(made.serving, { clock })
    expect((await send(made, 'POST', '/api/v1/alert-rules', rule)).code).toBe(201)
    expect(isRead).toBe(true)
  })

  test('a rule that has waited ten seconds is refused, and not written', async () => {
    const made = await reading({ [alertRules.name]: 5 })
    Object.assign(made.serving, { clock: handClock() })
    const { code } = await send(made, 'POST', '/api/v1/alert-rules', { name: 'high', kind: 'price', above: 70_000 })
    expect([code, made.written]).toEqual([503, []])
  })
})

describe('a gateway that has read nothing yet', () => {
  const history = {
    gaps: async () => [{ exchange: 'binance', symbol: 'BTC/USDT', fromId: '1' }],
    kpis: async () => [{ exchange: 'binance', symbol: 'BTC/USDT', time: 1 }]
  }
  const cold = async (): Promise<GatewayScene> => {
    const { createLiveness } = await import('../../src/serve/live/liveness.ts')
    const names = [alertRules.name, gaps.name, 'kpi']
    return openGateway({ liveness: createLiveness(handClock(), names), history: history as never })
  }

  test('tells the holes and the KPIs that are stored', async () => {
    const made = await cold()
    expect(JSON.parse((await get(made, '/api/v1/gaps')).text)).toMatchObject({
      gaps: [{ fromId: '1' }],
      state: 'warming',
      ageMs: null
    })
    expect(JSON.parse((await get(made, '/api/v1/kpis')).text).kpis).toEqual([
      { exchange: 'binance', symbol: 'BTC/USDT', time: 1 }
    ])
  })

  test('claims of no feed that it has no holes, and lists no rules as if there were none', async () => {
    const made = await cold()
    const status = JSON.parse((await get(made, '/api/v1/status')).text)
    expect(schema.status.safeParse(status).error).toBeUndefined()
    expect([status.state, status.symbols]).toEqual(['warming', []])
    expect((await get(made, '/api/v1/alert-rules')).code).toBe(503)
  })
})

test('a lively broker does not make up for records that came while it was silent', async () => {
  const clock = handClock()
  const liveness = liveEdge(clock)
  const made = await openGateway({ liveness })
  made.give(candles['1m'], candleAt(0))
  liveness.freshness()
  clock.pass(60_000)
  liveness.onLeft(new Map([[candles['1m'].name, 7]]))
  liveness.pulse.ask(1)
  liveness.pulse.answer(1)
  expect(liveness.freshness()).toEqual({ state: 'warming', ageMs: 60_000 })
  liveness.onLeft(new Map())
  expect(liveness.freshness()).toEqual({ state: 'live', ageMs: 0 })
})

import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { WebSocket } from 'ws'
import type { Composite } from '../../src/market/records/derived/composite.ts'
import * as topics from '../../src/topics.ts'
import { candleAt } from '../support/candles.ts'
import { eventually } from '../support/eventually.ts'
import { fakeAlert, fakeComposite } from '../support/fake-records.ts'
import { type GatewayScene, gatewayScene } from '../support/gateway-scene.ts'
import { bearing, LOCKED, TOKEN } from '../support/guards.ts'

type Said = {
  readonly id?: string
  readonly type: string
  readonly seq?: number
  readonly data?: readonly unknown[]
  readonly detail?: string
}

const open: GatewayScene[] = []

const scene = async (...more: Parameters<typeof gatewayScene>): Promise<GatewayScene> => {
  const made = await gatewayScene(...more)
  open.push(made)
  return made
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()))
})

const BTC = { exchange: 'binance', symbol: 'BTC/USDT', interval: '1m' }

const join = async (
  { url }: GatewayScene,
  options: { protocols?: readonly string[]; headers?: Record<string, string> } = {}
) => {
  const { protocols = [], headers = {} } = options
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, [...protocols], { headers })
  const heard: Said[] = []
  socket.on('message', data => heard.push(JSON.parse(String(data))))
  await once(socket, 'open')
  return {
    socket,
    heard,
    say: (message: object | string) => socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }
}

/** The status that a socket is turned away with. */
const refusal = ({ url }: GatewayScene, path: string, headers: Record<string, string> = {}): Promise<number> =>
  new Promise(resolve => {
    const socket = new WebSocket(url.replace('http', 'ws') + path, { headers })
    socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0))
    socket.on('open', () => resolve(101))
    socket.on('error', () => undefined)
  })

describe('a socket', () => {
  test('is told the newest state, then what changes', async () => {
    const made = await scene()
    made.give(topics.candles['1m'], candleAt(0), candleAt(1, { final: false }))
    const { heard, say, socket } = await join(made)
    say({ op: 'subscribe', id: 's1', channel: 'candles', ...BTC })
    await eventually(async () => heard.length === 1)
    made.give(topics.candles['1m'], candleAt(1))
    made.serving.hub.flush()
    await eventually(async () => heard.length === 2)
    expect(heard).toEqual([
      { id: 's1', type: 'snapshot', seq: 0, data: [candleAt(0), candleAt(1, { final: false })] },
      { id: 's1', type: 'update', seq: 1, data: [candleAt(1)] }
    ])
    socket.close()
  })

  test('is told of a symbol across venues, made-up markets apart, and of no older revision', async () => {
    const made = await scene()
    const at = (minute: number, more: Partial<Composite> = {}) =>
      fakeComposite('BTC/USDT', candleAt(minute).openTime, { simulated: false, ...more })
    made.give(topics.composites, at(0), at(0, { simulated: true }))
    const { heard, say, socket } = await join(made)
    say({ op: 'subscribe', id: 'one', channel: 'composites', symbol: 'BTC/USDT', simulated: 'false' })
    say({ op: 'subscribe', id: 'all', channel: 'composites' })
    await eventually(async () => heard.length === 2)
    made.give(topics.composites, at(0, { revision: 1 }), at(0), at(1, { simulated: true }))
    made.serving.hub.flush()
    await eventually(async () => heard.length === 4)
    const told = (id: string) => heard.filter(message => message.id === id).map(({ data }) => data)
    expect(told('one')).toEqual([[at(0)], [at(0, { revision: 1 })]])
    expect(told('all')).toEqual([
      [at(0), at(0, { simulated: true })],
      [at(0, { revision: 1 }), at(1, { simulated: true })]
    ])
    socket.close()
  })

  test('has many subscriptions, which end one by one', async () => {
    const made = await scene()
    made.give(topics.alerts, fakeAlert('a1', 1_723_161_600_000))
    const { heard, say } = await join(made)
    say({ op: 'subscribe', id: 'alerts', channel: 'alerts', a: 'sim:BTC/USDT', b: 'sim:ETH/USDT' })
    say({ op: 'subscribe', id: 'status', channel: 'status' })
    say({ op: 'unsubscribe', id: 'alerts' })
    say({ op: 'ping' })
    await eventually(async () => heard.length === 3)
    expect(heard.map(({ type, id }) => [type, id])).toEqual([
      ['snapshot', 'alerts'],
      ['snapshot', 'status'],
      ['pong', undefined]
    ])
    expect(heard[0]?.data).toHaveLength(1)
    made.give(topics.alerts, fakeAlert('a2', 1_723_161_600_000))
    made.serving.hub.flush()
    say({ op: 'ping' })
    await eventually(async () => heard.length === 4)
    expect(made.serving.hub.size()).toBe(1)
  })

  test('that leaves is forgotten', async () => {
    const made = await scene()
    const { say, heard, socket } = await join(made)
    say({ op: 'subscribe', id: 'a', channel: 'candles' })
    await eventually(async () => heard.length === 1)
    socket.terminate()
    await eventually(async () => made.serving.hub.size() === 0 && made.sockets.size() === 0)
  })

  test.each([
    ['{', undefined, 'this is not JSON'],
    ['{"op":"dance","id":"x"}', 'x', 'give one of subscribe'],
    ['{"op":"subscribe","id":"x","channel":"everything"}', 'x', 'channel: give one of candles'],
    ['{"op":"subscribe","id":"x","channel":"kpis","interval":"1m"}', 'x', 'interval: kpis have none'],
    ['{"op":"subscribe","id":"x","channel":"candles","symbol":"btc"}', 'x', 'symbol: give a symbol'],
    ['{"op":"subscribe","channel":"candles"}', undefined, 'id']
  ])('is told what is wrong with %s, and stays open', async (text, id, detail) => {
    const { heard, say } = await join(await scene())
    say(text)
    say({ op: 'ping' })
    await eventually(async () => heard.length === 2)
    expect(heard[0]).toMatchObject({ type: 'error', detail: expect.stringContaining(detail), ...(id ? { id } : {}) })
  })

  test('that says too much at once is closed', async () => {
    const { socket, say } = await join(await scene())
    say({ op: 'ping', more: 'x'.repeat(20_000) })
    const [code] = await once(socket, 'close')
    expect(code).toBe(1009)
  })

  test('that does not answer a ping is let go, one that does stays', async () => {
    const made = await scene()
    const alive = await join(made)
    const { socket } = await join(made)
    Object.assign(socket, { pong: () => undefined })
    socket.removeAllListeners('ping')
    Reflect.set(socket, '_autoPong', false)
    made.sockets.ping()
    await once(alive.socket, 'ping')
    alive.say({ op: 'ping' })
    await eventually(async () => alive.heard.length === 1)
    made.sockets.ping()
    await once(socket, 'close')
    expect(alive.socket.readyState).toBe(WebSocket.OPEN)
  })

  test('that stands still does no harm: others are told, and it is given the newest when it reads again', async () => {
    const made = await scene()
    const [stalled, other] = [await join(made), await join(made)]
    for (const { say } of [stalled, other]) say({ op: 'subscribe', id: 's', channel: 'candles', ...BTC })
    await eventually(async () => stalled.heard.length + other.heard.length === 2)
    stalled.socket.pause()
    const last = 40_000
    for (let n = 1; n <= last; n++) {
      made.give(topics.candles['1m'], candleAt(n))
      made.serving.hub.flush()
      if (n % 100 === 0) await new Promise(setImmediate)
    }
    await eventually(async () => JSON.stringify(other.heard.at(-1)?.data) === JSON.stringify([candleAt(last)]))
    expect(stalled.heard).toHaveLength(1)
    stalled.socket.resume()
    await eventually(async () => {
      made.serving.hub.flush()
      return JSON.stringify(stalled.heard.at(-1)?.data).includes(`"openTime":${candleAt(last).openTime}`)
    })
    expect(stalled.heard.length).toBeLessThan(other.heard.length)
    expect(stalled.heard.at(-1)).toMatchObject({ skipped: expect.any(Number) })
  })
})

describe('the door of the sockets', () => {
  test('is closed to pages of another origin', async () => {
    expect(await refusal(await scene(), '/ws', { origin: 'http://elsewhere.example' })).toBe(403)
  })

  test('is closed to those without the token, and opens to a header or a protocol that bears it', async () => {
    const made = await scene({ guard: LOCKED })
    expect(await refusal(made, '/ws')).toBe(401)
    expect(await refusal(made, '/ws', bearing('wrong'))).toBe(401)
    const byHeader = await join(made, { headers: bearing(TOKEN) })
    const byProtocol = await join(made, { protocols: [`bearer.${TOKEN}`] })
    expect([byHeader, byProtocol].map(({ socket }) => socket.readyState)).toEqual([WebSocket.OPEN, WebSocket.OPEN])
  })

  test('counts wrong tokens with those of requests, and lets pages in that are listed', async () => {
    const made = await scene({ guard: { ...LOCKED, origins: ['https://charts.example'] } })
    for (let n = 0; n < 5; n++) {
      expect(await refusal(made, '/ws', bearing('wrong'))).toBe(401)
      expect((await fetch(`${made.url}/api/v1/stream?channel=status`, { headers: bearing('wrong') })).status).toBe(401)
    }
    expect(await refusal(made, '/ws', bearing('wrong'))).toBe(429)
    expect((await fetch(`${made.url}/udf/time`, { headers: bearing('wrong') })).status).toBe(429)
    await made.clock.sleep(3_000)
    expect(await refusal(made, '/ws', { ...bearing(TOKEN), origin: 'https://charts.example' })).toBe(101)
    expect(await refusal(made, '/ws', { ...bearing(TOKEN), origin: 'https://elsewhere.example' })).toBe(403)
  })

  test('is at one address', async () => {
    expect(await refusal(await scene(), '/other')).toBe(404)
  })
})

describe('server-sent events', () => {
  const read = async (made: GatewayScene, query: string, until: RegExp, meanwhile: () => void): Promise<string> => {
    const gone = new AbortController()
    const answer = await fetch(`${made.url}/api/v1/stream?${query}`, { signal: gone.signal })
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    let text = ''
    let isTold = false
    for await (const part of answer.body!) {
      text += Buffer.from(part).toString()
      if (!isTold && text.includes('\n\n')) meanwhile()
      isTold = true
      if (until.test(text)) break
    }
    gone.abort()
    return text
  }

  test('begin with the newest state and go on with what changes', async () => {
    const made = await scene()
    made.give(topics.candles['1m'], candleAt(0))
    const text = await read(made, `channel=candles&${new URLSearchParams(BTC)}`, /event: update/, () => {
      made.give(topics.candles['1m'], candleAt(1))
      made.serving.hub.flush()
    })
    expect(text).toMatch(/^id: 0\nevent: snapshot\ndata: \{"seq":0,"data":\[\{.*"openTime":1723161540000.*\}\]\}\n\n/)
    expect(text).toContain('id: 1\nevent: update\n')
    await eventually(async () => made.serving.hub.size() === 0)
  })

  test('of a reader that stands still do not gather', async () => {
    const made = await scene()
    const { hostname, port } = new URL(made.url)
    const socket = connect(Number(port), hostname)
    socket.write(`GET /api/v1/stream?channel=candles HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`)
    await once(socket, 'readable')
    const before = process.memoryUsage().arrayBuffers
    for (let n = 1; n <= 60_000; n++) {
      made.give(topics.candles['1m'], candleAt(n))
      made.serving.hub.flush()
      if (n % 100 === 0) await new Promise(setImmediate)
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6)
    expect(made.serving.hub.size()).toBe(1)
    socket.destroy()
  })
})

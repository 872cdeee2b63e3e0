import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import { createHistory } from '../../src/ingest/history/history.ts'
import { fetchJson } from '../../src/ingest/transport/fetch-json.ts'
import { createRest } from '../../src/ingest/transport/rest.ts'
import { epochMs } from '../../src/market/time.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { brief, candlesOf } from '../support/driven-candles.ts'
import { DAY } from '../support/market.ts'
import { silent } from '../support/silent.ts'
import { answer, timeOf } from './fake-exchange.ts'
import { BTC, createWorld, ids, openScene, type Scene } from './scene.ts'

const scenes: Scene[] = []
const open = (...args: Parameters<typeof openScene>): Scene => {
  const scene = openScene(...args)
  scenes.push(scene)
  return scene
}

afterEach(() => {
  for (const scene of scenes.splice(0)) scene.ingest.stop()
})

const PAGE = JSON.stringify([{ id: 1000, price: '100.00', qty: '1.0', time: DAY, isBuyerMaker: false }])

describe('a REST interface in trouble, over real HTTP', () => {
  test('is left alone for as long as it says, waited for while it is slow, and asked until it answers', async () => {
    const askedAt: number[] = []
    const answers: ((response: ServerResponse) => void)[] = [
      response => response.writeHead(503).end(),
      response => response.writeHead(429, { 'retry-after': '1' }).end('{}'),
      response => response.socket?.destroy(),
      response => void setTimeout(() => response.end(PAGE), 300)
    ]
    const server = createServer((_, response) => {
      answers[askedAt.push(performance.now()) - 1]?.(response)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = address && typeof address === 'object' ? address.port : 0
    const shared = { exchange: createBinance('binance'), clock: systemClock, signal: new AbortController().signal }
    const history = createHistory({
      ...shared,
      rest: createRest({ ...shared, url: `http://127.0.0.1:${port}`, fetchJson }),
      log: silent,
      health: createHealth(),
      random: () => 0.5
    })
    const page = await history.trades(BTC, { id: 1000, notBefore: null }, 1000)
    server.closeAllConnections()
    server.close()
    expect(page.map(({ id }) => id)).toEqual(['1000'])
    expect(askedAt).toHaveLength(answers.length)
    expect(askedAt[2]! - askedAt[1]!).toBeGreaterThanOrEqual(990)
  })
})

const HOLE = 200_000
const WEIGHT = 25
const LIMIT = 6_000

describe('a gap of 200,000 trades', () => {
  test('is filled within the weight that the exchange allows a minute, a page in memory at a time', async () => {
    const world = createWorld()
    const used = new Map<number, number>()
    let waiting = 0
    let mostWaiting = 0
    let published = 0
    const scene = open(
      {
        fetchJson: async url => {
          const minute = Math.floor(world.clock.now() / 60_000)
          const weight = (used.get(minute) ?? 0) + WEIGHT
          used.set(minute, weight)
          const from = Number(new URL(url).searchParams.get('fromId'))
          const rows = ids(from, Math.min(from + 999, 1006 + HOLE))
          await world.clock.sleep(50)
          const page = rows.map(id => ({ id, price: '100', qty: '1', time: timeOf(id), isBuyerMaker: false }))
          return answer(200, page, { 'x-mbx-used-weight-1m': String(weight) })
        },
        output: {
          send: async records => {
            waiting += records.length
            mostWaiting = Math.max(mostWaiting, waiting)
            await world.clock.sleep(20)
            waiting -= records.length
            published += records.filter(({ topic }) => topic === 'raw_ticks').length
          },
          close: async () => undefined,
          onRefused: () => undefined,
          trust: () => undefined,
          backlog: () => ({ records: waiting, bytes: 0 })
        },
        positions: [{ ...BTC, lastId: '1005', time: epochMs(DAY) }],
        heartbeatMs: 86_400_000
      },
      world
    )
    await scene.clock.advance(10)
    scene.exchange.trade(1006 + HOLE)
    await scene.clock.advance(5 * 60_000)
    expect(published).toBe(HOLE + 1)
    expect(Math.max(...used.values())).toBeLessThanOrEqual(LIMIT * 0.85 + WEIGHT)
    expect(mostWaiting).toBeLessThanOrEqual(1_100)
  }, 30_000)
})

describe('a symbol that is halted', () => {
  test('closes its windows as empty, proven by heartbeats', async () => {
    const scene = open()
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(1000, 1120))
    await scene.clock.advance(6_000)
    const { candles } = candlesOf(scene.ticks())
    expect(candles.slice(0, 4).map(brief)).toEqual([
      '+0s r0 partial 100',
      '+1s r0 traded 21',
      '+2s r0 empty 0',
      '+3s r0 empty 0'
    ])
    expect(scene.gaps()).toEqual([])
  })
})

describe('a cold start in the middle of a minute', () => {
  test('completes from history the minute it starts in; only the windows before are partial', async () => {
    const scene = open()
    const minute = 1000 + 60_000
    expect(timeOf(minute) % 60_000).toBe(0)
    scene.exchange.print(...ids(minute - 9_000, minute + 3_555))
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(minute + 3_556, minute + 6_001))
    await scene.clock.advance(100)
    const { candles } = candlesOf(scene.ticks(), { intervals: ['1s', '1m'] })
    const minutes = candles.filter(({ interval, final }) => final && interval === '1m')
    expect(minutes.map(({ openTime, status, tradeCount }) => [openTime - timeOf(minute), status, tradeCount])).toEqual([
      [-60_000, 'partial', 444],
      [0, 'backfilled', 6_000]
    ])
    const partial = candles.filter(({ final, interval, status }) => final && interval === '1s' && status === 'partial')
    expect(partial.map(({ openTime }) => openTime < timeOf(minute))).toEqual([true])
  })
})

describe('two ingests on one symbol', () => {
  test('one of them dies: no gap, no gap, and every candle is whole', async () => {
    const world = createWorld()
    const first = open({}, world)
    const second = open({}, world)
    await world.clock.advance(10)
    world.exchange.trade(...ids(1000, 1250))
    await world.clock.advance(100)
    first.ingest.stop()
    world.exchange.trade(...ids(1251, 1700))
    await world.clock.advance(1_500)
    expect([...new Set(second.ids())].sort((a, b) => a - b)).toEqual(ids(1000, 1700))
    expect(second.gaps()).toEqual([])
    const { candles, rejected } = candlesOf(second.ticks())
    expect(rejected).toEqual([])
    expect(
      candles
        .filter(({ final }) => final)
        .map(brief)
        .slice(1, 6)
    ).toEqual([1, 2, 3, 4, 5].map(second => `+${second}s r0 traded 100`))
  })
})

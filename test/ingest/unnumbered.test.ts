import { afterEach, describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import type { Exchange, ExchangeEvent } from '../../src/exchange/exchange.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { answer, timeOf } from './fake-exchange.ts'
import { BTC, createWorld, openScene, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

const binance = createBinance('binance')

/** Ids as some exchanges make them: text in no order. */
const idOf = (n: number): string => `f${((n * 7919) % 100_003).toString(16)}-${n % 10}`

const trade = (n: number, via: Trade['via'], time = timeOf(n)): Trade => ({
  exchange: BTC.exchange,
  symbol: BTC.symbol,
  id: idOf(n),
  price: '100',
  quantity: '1',
  time: epochMs(time),
  receivedAt: epochMs(time),
  side: 'buy',
  via
})

/** An exchange without a chain of ids, whose history has the newest trades alone. */
const UNCHAINED: Exchange = {
  ...binance,
  chain: null,
  limits: { ...binance.limits, tradesPerPage: 5 },
  decode: text => JSON.parse(text) as readonly ExchangeEvent[],
  history: {
    trades: (_, __, limit) => ({ path: `/trades?limit=${limit}`, cost: 1 }),
    decodeTrades: body => (body as { readonly id: number }[]).map(({ id }) => trade(id, 'history')),
    firstFrom: null
  }
}

const say = (...numbers: readonly number[]): void => {
  const events = numbers.map(
    (n): ExchangeEvent => ({ kind: 'trade', trade: trade(n, 'stream'), time: epochMs(timeOf(n)) })
  )
  scene.exchange.send(JSON.stringify(events))
}

/** Prints trades, so that history has them, and sends them. */
const printAndSay = (...numbers: readonly number[]): void => {
  scene.exchange.print(...numbers)
  say(...numbers)
}

const published = (via?: Trade['via']): readonly string[] =>
  scene
    .trades()
    .filter(one => via === undefined || one.via === via)
    .map(({ id }) => id)

const open = async (world = createWorld()): Promise<void> => {
  scene = openScene({ exchange: UNCHAINED }, world)
  await scene.clock.advance(10)
}

describe('a feed without a chain', () => {
  test('publishes trades in the order of their arrival, each id once', async () => {
    await open()
    printAndSay(1000, 1001)
    await scene.clock.advance(100)
    printAndSay(1003, 1002, 1003)
    expect(published()).toEqual([1000, 1001, 1003, 1002].map(idOf))
  })

  test('says how far it is by heartbeats without a last id, which never go back', async () => {
    await open()
    printAndSay(1000)
    await scene.clock.advance(5_000)
    const beats = scene.heartbeats()
    expect(beats.length).toBeGreaterThanOrEqual(3)
    expect(beats.every(({ lastId }) => lastId === null)).toBe(true)
    const times = beats.map(({ time }) => time)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.at(-1)).toBeGreaterThan(timeOf(1000) + 2_000)
  })

  test('names no gap and no position, whatever is missing', async () => {
    await open()
    printAndSay(1000)
    scene.exchange.print(1001, 1002)
    printAndSay(1003)
    await scene.clock.advance(5_000)
    expect(scene.gaps()).toEqual([])
    expect(scene.positions()).toEqual([])
  })

  test('asks history after a break for what it still has, and puts it before the trades that came meanwhile', async () => {
    await open()
    printAndSay(1000, 1001)
    await scene.clock.advance(5_000)
    scene.exchange.drop()
    scene.exchange.print(1002, 1003, 1004)
    scene.exchange.latencyMs = 300
    await scene.clock.advance(200)
    printAndSay(1005)
    await scene.clock.advance(1_000)
    expect(published()).toEqual([1000, 1001, 1002, 1003, 1004, 1005].map(idOf))
    expect(published('history')).toEqual([1002, 1003, 1004].map(idOf))
  })

  test('says nothing to be complete before history has answered what a break left out', async () => {
    await open()
    printAndSay(1000)
    await scene.clock.advance(5_000)
    scene.exchange.drop()
    scene.exchange.print(1001)
    scene.exchange.latencyMs = 4_000
    await scene.clock.advance(500)
    const before = scene.heartbeats().length
    printAndSay(1002)
    await scene.clock.advance(3_000)
    expect(published()).toEqual([idOf(1000)])
    expect(scene.heartbeats()).toHaveLength(before)
    await scene.clock.advance(3_000)
    expect(published()).toEqual([1000, 1001, 1002].map(idOf))
    expect(scene.heartbeats().length).toBeGreaterThan(before)
  })

  test('says nothing to be complete while it is down', async () => {
    await open()
    printAndSay(1000)
    await scene.clock.advance(3_000)
    scene.exchange.accepts = false
    scene.exchange.drop()
    await scene.clock.advance(100)
    const before = scene.heartbeats().length
    await scene.clock.advance(20_000)
    expect(scene.heartbeats()).toHaveLength(before)
  })

  test('goes on without history where it does not answer, and publishes late what it gives in the end', async () => {
    await open()
    printAndSay(1000)
    await scene.clock.advance(5_000)
    scene.exchange.drop()
    scene.exchange.print(1001)
    scene.exchange.refusal = answer(503, null)
    await scene.clock.advance(200)
    printAndSay(1002)
    await scene.clock.advance(6_000)
    expect(published()).toEqual([1000, 1002].map(idOf))
    scene.exchange.refusal = null
    await scene.clock.advance(20_000)
    expect(published()).toEqual([1000, 1002, 1001].map(idOf))
  })

  test('asks history again where a message could not be read', async () => {
    await open()
    printAndSay(1000)
    await scene.clock.advance(5_000)
    scene.exchange.print(1001)
    const bad: ExchangeEvent = { kind: 'unreadable', reason: 'undecodable', detail: 'x', stream: 'btcusdt@trade' }
    scene.exchange.send(JSON.stringify([bad]))
    await scene.clock.advance(1_000)
    expect(published('history')).toEqual([idOf(1001)])
  })

  test('starts with what history has of the present minute and the one before', async () => {
    const world = createWorld()
    world.exchange.print(1000, 1001)
    await open(world)
    printAndSay(1002)
    await scene.clock.advance(1_000)
    expect(published()).toEqual([1000, 1001, 1002].map(idOf))
  })
})

import { afterEach, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { coinbase } from '../../src/exchange/coinbase/coinbase.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { rawTickers } from '../../src/topics.ts'
import { DAY } from '../support/market.ts'
import { tickerFrame } from './book/quotes-scene.ts'
import { timeOf } from './fake-exchange.ts'
import { openKlinesScene } from './kline/klines-scene.ts'
import { BTC, createWorld, ids, openLiveScene, openScene, positionAt, type Scene } from './scene.ts'

let scene: Pick<Scene, 'ingest'>
afterEach(() => scene.ingest.stop())

const HOUR = 3_600_000
const textOf = (payload: string): string => Buffer.from(payload, 'base64').toString()

const ETH = parseInstrument('binance:ETH/USDT')
const ethFrame = (id: number, time: number): string =>
  JSON.stringify({
    stream: 'ethusdt@trade',
    data: { e: 'trade', E: time, s: 'ETHUSDT', t: id, p: '10', q: '1', T: time, m: false, M: true }
  })

/** Nothing that stands in raw_ticks lies beyond the clock. */
const expectNoFuture = ({ ticks, clock }: Scene): void => {
  expect(ticks().filter(({ time }) => time > clock.now() + 5_000)).toEqual([])
}

describe('a trade of the future', () => {
  test.each([
    ['whose time is beyond its own frame', { T: timeOf(1006) + 50 * 60_000 }],
    ['whose frame is of the future as well', { T: timeOf(1006) + HOUR, E: timeOf(1006) + HOUR }],
    ['of which only the frame is of the future', { E: timeOf(1006) + HOUR }]
  ])('%s is a dead letter, and is had from history', async (_, odd) => {
    const live = await openLiveScene(2_000)
    scene = live
    live.exchange.odd.set(1006, odd)
    live.exchange.trade(1006)
    await live.clock.advance(20)
    live.exchange.trade(...ids(1007, 1300))
    await live.clock.advance(5_000)
    expect(live.ids().toSorted()).toEqual(ids(1000, 1300))
    expect(live.trades().find(({ id }) => id === '1006')).toMatchObject({ via: 'history', time: timeOf(1006) })
    expect(live.gaps()).toEqual(['1006..1006 open skipped', '1006..1006 filled skipped'])
    expect(live.deadLetters()).toEqual([expect.objectContaining({ stage: 'ingest', reason: 'future-time' })])
    expect(JSON.parse(textOf(live.deadLetters()[0]!.payload))).toMatchObject({ data: { t: 1006, ...odd } })
    expectNoFuture(live)
  })

  test('as the last of a quiet market is asked for although nothing follows, and nothing is said to be complete meanwhile', async () => {
    const live = await openLiveScene(2_000)
    scene = live
    live.exchange.odd.set(1006, { T: timeOf(1006) + HOUR, E: timeOf(1006) + HOUR })
    live.exchange.latencyMs = 3_000
    live.exchange.trade(1006)
    await live.clock.advance(600)
    const before = live.heartbeats().length
    await live.clock.advance(3_500)
    expect(live.heartbeats()).toHaveLength(before)
    await live.clock.advance(10_000)
    expect(live.ids('history')).toEqual([1006])
    expect(live.heartbeats().at(-1)).toMatchObject({ lastId: '1006' })
    expectNoFuture(live)
  })

  test('that came just before one with a lower id is not taken for known by that one', async () => {
    const live = await openLiveScene(2_000)
    scene = live
    live.exchange.odd.set(1007, { T: timeOf(1007) + HOUR })
    live.exchange.latencyMs = 3_000
    live.exchange.trade(1007, 1006)
    await live.clock.advance(1)
    const before = live.heartbeats().length
    await live.clock.advance(3_500)
    expect(live.heartbeats()).toHaveLength(before)
    await live.clock.advance(10_000)
    expect(live.ids('history')).toEqual([1007])
    expect(live.heartbeats().at(-1)).toMatchObject({ lastId: '1007' })
  })

  test('that history has forgotten is missing before anything is said to be complete, though nothing follows it', async () => {
    const live = await openLiveScene(2_000)
    scene = live
    live.exchange.odd.set(1007, { T: timeOf(1007) + HOUR })
    live.exchange.forgotten.add(1007)
    live.exchange.trade(1007, 1006)
    await live.clock.advance(10_000)
    expect(live.gaps()).toEqual(['1007..1007 open skipped'])
    expect(live.heartbeats().map(({ lastId }) => lastId)).not.toContain('1006')
    live.exchange.trade(1008)
    await live.clock.advance(10_000)
    expect(live.gaps()).toEqual(['1007..1007 open skipped', '1007..1007 unrecoverable skipped'])
  })

  test('whose id is far from all others is asked for, and no gap', async () => {
    const live = await openLiveScene(2_000)
    scene = live
    live.exchange.odd.set(90_000, { T: timeOf(1006) + HOUR })
    live.exchange.sendTrade(90_000)
    live.exchange.trade(1006)
    await live.clock.advance(10_000)
    expect(live.gaps()).toEqual([])
    expect(live.heartbeats().at(-1)).toMatchObject({ lastId: '1006' })
  })

  test('that history has as well is given up, once, and what comes after it is not', async () => {
    const live = await openLiveScene(2_000)
    scene = live
    live.exchange.odd.set(1006, { T: timeOf(1006) + HOUR, inHistory: timeOf(1006) + HOUR })
    live.exchange.trade(...ids(1006, 1020))
    await live.clock.advance(30_000)
    expect(live.ids()).toEqual([...ids(1000, 1005), ...ids(1007, 1020)])
    expect(live.gaps()).toEqual(['1006..1006 open skipped', '1006..1006 unrecoverable skipped'])
    expect(live.lost()).toEqual([expect.objectContaining({ fromId: '1006', toId: '1006' })])
    expect(live.deadLetters().map(({ origin }) => origin)).toEqual([
      { exchange: 'binance', stream: 'btcusdt@trade' },
      { exchange: 'binance', stream: 'history' }
    ])
    expectNoFuture(live)
  })

  test('that is the newest of history is given up as well, though nothing follows it', async () => {
    const opened = openScene({ positions: [positionAt(1000, DAY)] })
    scene = opened
    await opened.clock.advance(10)
    opened.exchange.odd.set(1003, { T: timeOf(1003) + HOUR, inHistory: timeOf(1003) + 40 * 24 * HOUR })
    opened.exchange.print(...ids(1000, 1003))
    await opened.clock.advance(10_000)
    expect(opened.ids()).toEqual([1001, 1002])
    opened.exchange.trade(1003)
    await opened.clock.advance(20_000)
    expect(opened.gaps()).not.toContainEqual(expect.stringContaining('1003..1003 filled'))
    opened.exchange.trade(1004)
    await opened.clock.advance(20_000)
    expect(opened.ids().toSorted()).toEqual([1001, 1002, 1004])
    expect(opened.lost()).toEqual([expect.objectContaining({ fromId: '1003', toId: '1003' })])
    expectNoFuture(opened)
  })
})

describe('a trade of long ago', () => {
  test('is asked of history, whose word counts', async () => {
    const live = await openLiveScene(2_000)
    scene = live
    live.exchange.odd.set(1006, { T: timeOf(1006) - HOUR })
    live.exchange.odd.set(1007, { T: timeOf(1007) - HOUR, inHistory: timeOf(1007) - HOUR })
    live.exchange.trade(...ids(1006, 1008))
    await live.clock.advance(5_000)
    expect(live.ids().toSorted()).toEqual(ids(1000, 1008))
    expect(live.deadLetters().map(({ reason }) => reason)).toEqual(['past-time', 'past-time'])
    const times = live.trades().filter(({ via }) => via === 'history')
    expect(times.map(({ time }) => time)).toEqual([timeOf(1006), timeOf(1007) - HOUR])
  })
})

describe('a frame that nobody can read', () => {
  test('may have been a trade: a quiet feed is not said to be complete until history has said which', async () => {
    const live = await openLiveScene(2_000)
    scene = live
    live.exchange.print(1006)
    live.exchange.latencyMs = 3_000
    live.exchange.send('{"stream":"btcusdt@trade","data":{"e":"trade","t":1006,"p":"NaN"}}')
    await live.clock.advance(1)
    const before = live.heartbeats().length
    await live.clock.advance(3_500)
    expect(live.heartbeats()).toHaveLength(before)
    await live.clock.advance(10_000)
    expect(live.ids()).toEqual(ids(1000, 1006))
    expect(live.heartbeats().at(-1)).toMatchObject({ lastId: '1006' })
  })
})

describe("this machine's clock", () => {
  test.each([
    ['an hour behind', -HOUR],
    ['an hour ahead', HOUR]
  ])('%s keeps nothing from being published and said to be complete, by the time of the exchange', async (_, skew) => {
    const opened = openScene()
    scene = opened
    opened.exchange.print(999)
    opened.clock.setWall(DAY + skew)
    await opened.clock.advance(10)
    const start = ids(1000, 1003)
    for (const id of start) {
      opened.exchange.sendTrade(id)
      await opened.clock.advance(10)
    }
    await opened.clock.advance(9_000)
    expect(opened.ids('stream')).toEqual(start)
    expect(opened.deadLetters()).toEqual([])
    expect(opened.ticks().filter(({ time, receivedAt }) => time > receivedAt + 5_000)).toEqual([])
    const beats = opened.heartbeats().map(({ time }) => time)
    expect(beats.at(-1)).toBeGreaterThan(DAY + 5_000)
    expect(beats.filter(time => time > DAY + 10_000)).toEqual([])
  })

  test('three days behind refuses every frame, and one line says why', async () => {
    const lines: { readonly msg: string; readonly level: number }[] = []
    const log = pino({ level: 'warn' }, { write: (text: string) => void lines.push(JSON.parse(text)) })
    const opened = openScene({ log })
    scene = opened
    opened.clock.setWall(DAY - 72 * HOUR)
    await opened.clock.advance(10)
    for (const id of ids(1000, 1009)) opened.exchange.sendTrade(id)
    await opened.clock.advance(5_000)
    expect(opened.ids()).toEqual([])
    expect(opened.deadLetters().map(({ reason }) => reason)).toEqual(ids(1000, 1009).map(() => 'future-time'))
    const said = lines.filter(({ msg }) => /this machine's clock is more than a day behind/.test(msg))
    expect(said).toEqual([expect.objectContaining({ level: 50 })])
  })

  test('a right clock, and a single frame of next week, are not called a clock that is behind', async () => {
    const lines: string[] = []
    const opened = openScene({ log: pino({ level: 'warn' }, { write: (text: string) => void lines.push(text) }) })
    scene = opened
    await opened.clock.advance(10)
    opened.exchange.sendTrade(1000)
    opened.exchange.odd.set(1001, { E: DAY + 168 * HOUR })
    opened.exchange.sendTrade(1001)
    await opened.clock.advance(5_000)
    expect(opened.deadLetters().map(({ reason }) => reason)).toEqual(['future-time'])
    expect(lines.filter(line => line.includes('behind'))).toEqual([])
  })

  test('lets the clock of the exchange leap that it has passed itself, once nothing has said otherwise for a moment', async () => {
    const opened = await openLiveScene(2_000)
    scene = opened
    opened.clock.setWall(DAY + HOUR)
    for (const [id, minutes] of [
      [1006, 10],
      [1007, 20]
    ] as const) {
      const time = DAY + minutes * 60_000
      opened.exchange.odd.set(id, { T: time, E: time + 1 })
      opened.exchange.sendTrade(id)
      await opened.clock.advance(4_000)
      expect(opened.ids('stream').at(-1)).toBe(id)
    }
    await opened.clock.advance(2_000)
    expect(opened.heartbeats().at(-1)).toMatchObject({ lastId: '1007' })
    expect(opened.deadLetters()).toEqual([])
  })

  test('that is ahead makes nobody believe a frame of the future: the next one of the present proves it wrong', async () => {
    const opened = await openLiveScene(2_000)
    scene = opened
    opened.clock.setWall(DAY + HOUR)
    opened.exchange.odd.set(1006, { T: DAY + 600_000, E: DAY + 600_001 })
    opened.exchange.sendTrade(1006)
    await opened.clock.advance(1_000)
    opened.exchange.sendTrade(1007)
    await opened.clock.advance(5_000)
    expect(opened.deadLetters().map(({ reason }) => reason)).toEqual(['future-time'])
    expect(opened.heartbeats().every(({ time }) => time < DAY + 300_000)).toBe(true)
  })

  test('an hour behind keeps nothing of a market back in which frames come one by one', async () => {
    const opened = openScene()
    scene = opened
    opened.clock.setWall(DAY - HOUR)
    await opened.clock.advance(10)
    for (const id of ids(1000, 1003)) {
      opened.exchange.sendTrade(id)
      await opened.clock.advance(7_000)
    }
    expect(opened.ids('stream')).toEqual(ids(1000, 1003))
    expect(opened.deadLetters()).toEqual([])
    expect(opened.heartbeats().at(-1)).toMatchObject({ lastId: '1003' })
  })

  test('an hour behind proves nothing complete by trades that have waited, and came over an earlier connection', async () => {
    const opened = openScene()
    scene = opened
    opened.clock.setWall(DAY - HOUR)
    await opened.clock.advance(10)
    for (const id of [1000, 1001]) {
      opened.exchange.sendTrade(id)
      await opened.clock.advance(3_000)
    }
    opened.exchange.drop()
    opened.exchange.print(1002)
    opened.clock.setWall(DAY - HOUR)
    opened.exchange.latencyMs = 30_000
    await opened.clock.advance(5_000)
    opened.exchange.sendTrade(1001)
    await opened.clock.advance(15_000)
    expect(opened.ids()).toEqual([1000, 1001])
    expect(opened.heartbeats()).toEqual([])
    await opened.clock.advance(120_000)
    expect(opened.ids()).toEqual([1000, 1001, 1002])
    expect(opened.heartbeats().at(-1)).toMatchObject({ lastId: '1002' })
  })

  test('an hour behind is not what the broker is judged by: the exchange has it as late as the trades are', async () => {
    const live = await openLiveScene(2_000)
    scene = live
    live.clock.setWall(DAY - HOUR)
    live.exchange.sendTrade(1006)
    await live.clock.advance(1_000)
    expect(live.broker.trusted()).toBeGreaterThanOrEqual(live.trades().at(-1)!.time)
  })

  test('an hour behind lets the time wait, too, that an earlier run has saved, before any frame has come', async () => {
    const opened = openScene({
      positions: [positionAt(1000, DAY), { ...positionAt(7, DAY - HOUR), symbol: 'ETH/USDT' }]
    })
    scene = opened
    opened.clock.setWall(DAY - HOUR)
    await opened.clock.advance(10)
    expect(opened.broker.trusted()).toBeGreaterThanOrEqual(DAY)
  })

  test('an hour behind gives nothing of history up before a frame has shown what time it is', async () => {
    const opened = openScene({ positions: [positionAt(1000, DAY)] })
    scene = opened
    opened.exchange.print(...ids(1000, 1003))
    opened.clock.setWall(DAY - HOUR)
    await opened.clock.advance(2_000)
    opened.exchange.print(...ids(1004, 1006))
    opened.clock.setWall(DAY - HOUR + 2_000)
    await opened.clock.advance(30_000)
    expect(opened.lost()).toEqual([])
    opened.exchange.trade(1007)
    await opened.clock.advance(30_000)
    expect(opened.lost()).toEqual([])
    expect(opened.ids().toSorted()).toEqual(ids(1001, 1007))
    expect(opened.deadLetters()).toEqual([])
  })

  test('that stood still, and the monotonic one with it, is found out by several frames', async () => {
    const live = await openLiveScene(2_000)
    scene = live
    for (const id of ids(1006, 1010)) live.exchange.odd.set(id, { T: timeOf(id) + HOUR, E: timeOf(id) + HOUR })
    live.exchange.trade(...ids(1006, 1010))
    await live.clock.advance(3_000)
    expect(live.ids('stream')).toEqual(ids(1000, 1010))
    expect(live.deadLetters()).toEqual([])
    expect(live.heartbeats().at(-1)!.time).toBeGreaterThan(DAY + HOUR)
  })

  test('two frames of the future are none', async () => {
    const live = await openLiveScene(2_000)
    scene = live
    for (const id of [1006, 1007]) live.exchange.odd.set(id, { T: timeOf(id) + HOUR, E: timeOf(id) + HOUR })
    live.exchange.trade(1006, 1007)
    await live.clock.advance(3_000)
    expect(live.deadLetters()).toHaveLength(2)
    expect(live.ids('history')).toEqual([1006, 1007])
    expectNoFuture(live)
  })
})

describe('a market that leaps, with this machine ahead of it', () => {
  /** Started again behind trade 1000, with the exchange's clock shown by a trade of another instrument. */
  const restart = async (): Promise<Scene> => {
    const opened = openScene({
      instruments: [BTC, ETH],
      positions: [positionAt(1000, DAY), { ...positionAt(7, DAY), symbol: ETH.symbol }]
    })
    opened.exchange.print(...ids(1000, 1003))
    opened.clock.setWall(DAY + 2 * HOUR)
    await opened.clock.advance(10)
    opened.exchange.send(ethFrame(8, DAY + 60_000))
    return opened
  }

  const btcGaps = ({ gapRecords }: Scene): readonly string[] =>
    gapRecords().flatMap(({ symbol, fromId, toId, cause }) =>
      symbol === BTC.symbol ? [`${fromId}..${toId} ${cause}`] : []
    )
  const btcIds = ({ trades }: Scene): readonly string[] =>
    trades().flatMap(({ symbol, id, via }) => (symbol === BTC.symbol ? [`${id} ${via}`] : []))

  test('names no gap for trades whose frames wait to be believed', async () => {
    const opened = await restart()
    scene = opened
    for (const id of [1001, 1002]) opened.exchange.odd.set(id, { T: DAY + HOUR, E: DAY + HOUR, inHistory: DAY + HOUR })
    opened.exchange.forgotten.add(1003)
    opened.exchange.sendTrade(1001, 1002)
    await opened.clock.advance(8_000)
    expect(btcGaps(opened)).toEqual([])
    expect(btcIds(opened)).toEqual(['1001 stream', '1002 stream'])
  })

  test('names none for what the stream brings while history is asked', async () => {
    const opened = await restart()
    scene = opened
    opened.exchange.latencyMs = 2_000
    await opened.clock.advance(1_500)
    for (const id of ids(1001, 1003)) opened.exchange.odd.set(id, { T: DAY + 60_000 + id, E: DAY + 60_000 + id })
    opened.exchange.sendTrade(1003)
    await opened.clock.advance(8_000)
    expect(new Set(btcGaps(opened))).toEqual(new Set(['1001..1002 restart']))
    expect(btcIds(opened)).toEqual(['1001 history', '1002 history', '1003 stream'])
  })

  test('loses no frame that one of the present shows to be of before it', async () => {
    const opened = await restart()
    scene = opened
    opened.exchange.odd.set(1001, { T: DAY + HOUR, E: DAY + HOUR })
    opened.exchange.sendTrade(1001)
    await opened.clock.advance(100)
    opened.exchange.send(ethFrame(9, DAY + 2 * HOUR))
    await opened.clock.advance(5_000)
    expect(opened.deadLetters()).toEqual([])
    expect(opened.trades().find(({ id }) => id === '1001')).toMatchObject({ via: 'stream' })
  })
})

test('a page of history that was read by a clock hours behind arrives when the clock is known', async () => {
  const opened = openScene({
    instruments: [BTC, ETH],
    positions: [positionAt(1000, DAY), { ...positionAt(7, DAY), symbol: ETH.symbol }]
  })
  scene = opened
  opened.exchange.print(...ids(1000, 1003))
  opened.clock.setWall(DAY - 5 * HOUR)
  opened.exchange.latencyMs = 400
  await opened.clock.advance(1_600)
  for (const id of ids(8, 10)) opened.exchange.send(ethFrame(id, DAY + id * 100))
  await opened.clock.advance(3_000)
  expect(opened.ids('history')).toEqual(expect.arrayContaining([...ids(1001, 1003)]))
  expect(opened.trades().filter(({ time, receivedAt }) => time > receivedAt + 5_000)).toEqual([])
})

describe('quotes of the future', () => {
  test('are dead letters: later tickers count, and no minute of the exchange is passed over', async () => {
    const world = createWorld()
    const opened = await openKlinesScene({}, world)
    scene = opened
    opened.tick(1_000)
    world.exchange.send(tickerFrame(HOUR))
    await world.clock.advance(1_000)
    opened.tick(3_000)
    await world.clock.advance(10)
    const tickers = world.broker.log().filter(({ topic }) => topic === rawTickers.name)
    expect(tickers.map(({ time }) => time)).toEqual([DAY + 1_000, DAY + 3_000].map(epochMs))
    opened.history.minutes.add(0)
    opened.tell(0)
    await world.clock.advance(10_000)
    expect(opened.minutes()).toEqual([0])
    expect(opened.deadLetters().filter(({ reason }) => reason === 'future-time')).toHaveLength(1)
  })
})

describe('a trade from before the subscription', () => {
  const of = parseInstrument('coinbaseexchange:BTC/USD')
  const product = { product_id: 'BTC-USD', price: '100', size: '1', side: 'buy' }
  const match = (type: string, id: number, time: number): string =>
    JSON.stringify({ ...product, type, trade_id: id, time: new Date(time).toISOString() })
  const openFeed = async (): Promise<Scene> => {
    const opened = openScene({ exchange: coinbase, instruments: [of] })
    await opened.clock.advance(10)
    const channels = ['matches', 'heartbeat'].map(name => ({ name, product_ids: ['BTC-USD'] }))
    opened.exchange.send(JSON.stringify({ type: 'subscriptions', channels }))
    return opened
  }

  test('says nothing of what time it is: where this machine is behind, the first ones of now are waited for', async () => {
    const opened = await openFeed()
    scene = opened
    opened.clock.setWall(DAY - HOUR)
    opened.exchange.send(match('last_match', 1000, DAY - 3 * HOUR))
    for (const [i, id] of ids(1001, 1004).entries()) {
      opened.exchange.send(match('match', id, DAY + i * 7_000))
      await opened.clock.advance(7_000)
    }
    expect(opened.ids('stream')).toEqual(ids(1000, 1004))
    expect(opened.deadLetters()).toEqual([])
  })

  test('has not happened where its time has not come', async () => {
    const opened = await openFeed()
    scene = opened
    opened.exchange.send(match('last_match', 1000, DAY + HOUR))
    await opened.clock.advance(7_000)
    expect(opened.ids('stream')).toEqual([])
    expect(opened.deadLetters().map(({ reason }) => reason)).toEqual(['future-time'])
  })
})

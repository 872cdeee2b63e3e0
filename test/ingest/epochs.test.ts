import { afterEach, describe, expect, test } from '@jest/globals'
import { epochOf } from '../../src/market/epoch.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { candlesOf } from '../support/driven-candles.ts'
import { DAY } from '../support/market.ts'
import { answer } from './fake-exchange.ts'
import {
  BTC,
  createWorld,
  ids,
  lostRanges,
  openGap,
  openLiveScene,
  openScene,
  positionAt,
  publishedIn,
  type Scene
} from './scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

const MINUTE = 60_000

const published = (epoch: number): readonly number[] => publishedIn(scene, epoch)
const lost = (): readonly string[] => lostRanges(scene)

/** A feed that was live a while before its exchange begins its ids anew. */
const openBefore = async (): Promise<Scene> => {
  const opened = await openLiveScene(2_000)
  await opened.clock.advance(MINUTE)
  return opened
}

describe('an exchange that begins its ids anew', () => {
  test('is followed in a new epoch: every trade of it, and none of it is taken for a duplicate', async () => {
    scene = await openBefore()
    scene.exchange.beginAnew(2 * MINUTE)
    await scene.clock.advance(MINUTE)
    scene.exchange.print(...ids(1, 5))
    scene.exchange.trade(...ids(6, 20))
    await scene.clock.advance(10_000)
    scene.exchange.trade(...ids(21, 30))
    await scene.clock.advance(3_000)
    expect(published(0)).toEqual(ids(1000, 1005))
    expect(published(1)).toEqual(ids(1, 30))
    expect(scene.heartbeats().at(-1)).toMatchObject({ lastId: '30', epoch: 1 })
    expect(scene.positions().at(-1)).toMatchObject({ lastId: '30', epoch: 1 })
    expect(scene.deadLetters()).toEqual([])
    expect(scene.gaps()[0]).toBe('1006..1006 unrecoverable skipped')
    const open = scene.gapRecords().filter(({ status }) => status === 'open')
    expect(open.map(epochOf)).toEqual([1])
  })

  test('is not said to be complete, and readiness says why, until history has settled it', async () => {
    scene = await openBefore()
    scene.exchange.beginAnew(2 * MINUTE)
    scene.exchange.refusal = answer(503, {})
    await scene.clock.advance(MINUTE)
    scene.exchange.trade(1)
    await scene.clock.advance(1)
    const before = scene.heartbeats().length
    await scene.clock.advance(10 * MINUTE)
    expect(scene.heartbeats()).toHaveLength(before)
    expect(scene.health.problems()).toContainEqual(expect.stringMatching(/ids of binance:BTC\/USDT: .*anew/))
    scene.exchange.refusal = null
    await scene.clock.advance(20_000)
    expect(published(1)).toEqual([1])
    expect(scene.health.problems()).toEqual([])
    expect(scene.heartbeats().at(-1)).toMatchObject({ lastId: '1', epoch: 1 })
  })

  test('while ingest was down is found out at its start, though nobody trades', async () => {
    scene = openScene({ positions: [positionAt(5_000_000, DAY)] })
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.print(...ids(1, 200))
    await scene.clock.advance(20_000)
    expect(published(0)).toEqual([])
    expect(published(1)).toEqual(ids(1, 200))
    expect(scene.heartbeats().filter(beat => epochOf(beat) === 0)).toEqual([])
  })

  test('and has come past the old ids while ingest was down is found out as well', async () => {
    scene = openScene({ positions: [positionAt(150, DAY)] })
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.print(...ids(1, 399))
    await scene.clock.advance(5)
    scene.exchange.trade(400)
    await scene.clock.advance(20_000)
    expect(published(0)).toEqual([])
    expect(published(1)).toEqual(ids(1, 400))
  })

  test('is followed on from there by the next run', async () => {
    scene = openScene({ positions: [{ ...positionAt(10, DAY + MINUTE + 90), epoch: 3 }] })
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.print(...ids(1, 12))
    await scene.clock.advance(5)
    scene.exchange.trade(13)
    await scene.clock.advance(5_000)
    expect(published(3)).toEqual([11, 12, 13])
    expect(scene.heartbeats().at(-1)).toMatchObject({ lastId: '13', epoch: 3 })
  })

  test('with gaps in the old ones: they are given up, not filled with what has the same ids now', async () => {
    scene = await openBefore()
    scene.exchange.refusal = answer(503, {})
    scene.exchange.trade(1010)
    await scene.clock.advance(2_000)
    scene.exchange.beginAnew(5 * MINUTE)
    scene.exchange.print(...ids(1, 1_007))
    scene.exchange.refusal = null
    scene.exchange.trade(1_008)
    await scene.clock.advance(30_000)
    expect(published(0)).toEqual([...ids(1000, 1005), 1010])
    expect(published(1)).toEqual(ids(1, 1_008))
    expect(scene.gaps()).toContain('1006..1009 unrecoverable skipped')
    expect(scene.lost().map(({ fromId, toId }) => `${fromId}..${toId}`)).toContain('1006..1009')
  })

  test('while the broker has not taken the last trade, and refuses it then: it is given up with what was missing', async () => {
    scene = await openBefore()
    scene.broker.refuses = ({ topic, value }) => topic === 'raw_ticks' && (value?.includes('"id":"1006"') ?? false)
    scene.broker.setAway(true)
    scene.exchange.trade(1006)
    scene.exchange.beginAnew(2 * MINUTE)
    await scene.clock.advance(MINUTE)
    scene.exchange.trade(...ids(1, 20))
    await scene.clock.advance(10_000)
    scene.broker.setAway(false)
    await scene.clock.advance(10_000)
    expect(scene.gaps()).toContain('1006..1007 unrecoverable skipped')
    expect(scene.lost().map(({ fromId, toId }) => `${fromId}..${toId}`)).toEqual(['1006..1007'])
    expect(published(1)).toEqual(ids(1, 20))
    expect(scene.health.problems()).toEqual([])
  })

  test.each([
    ['as far as the stream', []],
    ['further than the stream', [1006]]
  ])('while history trails, and has come %s in the old ids, is found out once it has the new ones', async (_, more) => {
    scene = await openBefore()
    scene.exchange.print(...more)
    const before = scene.heartbeats().length
    scene.clock.reach(DAY + 2 * MINUTE)
    for (const id of ids(1, 3)) scene.exchange.odd.set(id, { T: DAY + 2 * MINUTE + id, E: DAY + 2 * MINUTE + id })
    scene.exchange.sendTrade(...ids(1, 3))
    scene.exchange.odd.clear()
    await scene.clock.advance(5_000)
    expect(scene.heartbeats()).toHaveLength(before)
    scene.exchange.beginAnew(2 * MINUTE)
    scene.exchange.print(...ids(1, 3))
    scene.exchange.trade(...ids(4, 6))
    await scene.clock.advance(20_000)
    expect(scene.deadLetters()).toEqual([])
    expect(published(0)).toEqual(ids(1000, 1005))
    expect(published(1)).toEqual(ids(1, 6))
  })

  test('begins with trades that the stream brought and history does not have', async () => {
    scene = await openBefore()
    scene.exchange.beginAnew(2 * MINUTE)
    scene.exchange.forgotten.add(1).add(2)
    scene.exchange.trade(...ids(1, 5))
    await scene.clock.advance(10_000)
    expect(published(1)).toEqual(ids(1, 5))
  })

  test('and trades right behind the last heartbeat is followed from its first trade', async () => {
    scene = openScene({ positions: [positionAt(5_000_000, DAY + MINUTE - 500)] })
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.print(...ids(1, 400))
    await scene.clock.advance(20_000)
    expect(published(1)).toEqual(ids(1, 400))
  })

  test('and has traded within the clocks of the exchange alone is not said to be complete before it is known', async () => {
    const instruments = [BTC, parseInstrument('binance:ETH/USDT')]
    scene = openScene({ instruments, positions: [positionAt(5_000_000, DAY + MINUTE - 500)] })
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.print(...ids(1, 100))
    await scene.clock.advance(10)
    // The exchange's clock is known by another symbol.
    const [e, T] = ['trade', DAY + MINUTE + 980]
    const data = { e, E: T + 1, s: 'ETHUSDT', t: 7, p: '1', q: '1', T, m: false, M: true }
    scene.exchange.send(JSON.stringify({ stream: 'ethusdt@trade', data }))
    await scene.clock.advance(20_000)
    expect(scene.heartbeats().filter(({ symbol }) => symbol === BTC.symbol)).toEqual([])
    scene.exchange.print(...ids(101, 399))
    scene.exchange.trade(400)
    await scene.clock.advance(20_000)
    expect(published(1)).toEqual(ids(1, 400))
    expect(scene.heartbeats().filter(beat => epochOf(beat) === 0 && beat.symbol === BTC.symbol)).toEqual([])
  })

  test('is found out at a start whose clock is hours behind', async () => {
    const world = createWorld()
    const setBack = (): void => world.clock.setWall(DAY - 5 * 60 * MINUTE)
    setBack()
    scene = openScene({ positions: [positionAt(5_000_000, DAY)] }, world)
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.print(...ids(1, 200))
    setBack()
    await scene.clock.advance(5_000)
    scene.exchange.print(...ids(201, 210))
    setBack()
    scene.exchange.sendTrade(...ids(201, 210))
    await scene.clock.advance(20_000)
    expect(published(1)).toEqual(ids(1, 210))
  })

  test('and has no trade yet is not taken for one where nothing has happened', async () => {
    scene = await openBefore()
    scene.exchange.drop()
    scene.exchange.beginAnew(2 * MINUTE)
    const before = scene.heartbeats().length
    await scene.clock.advance(MINUTE)
    expect(scene.heartbeats()).toHaveLength(before)
    scene.exchange.trade(...ids(1, 5))
    await scene.clock.advance(10_000)
    expect(published(1)).toEqual(ids(1, 5))
  })

  test('leaves no trade of the old chain behind that was held for history, and takes none of it for a new one', async () => {
    scene = openScene({ positions: [positionAt(1_000, DAY)] })
    scene.exchange.refusal = answer(503, {})
    await scene.clock.advance(5)
    scene.exchange.trade(...ids(1_005, 1_007))
    await scene.clock.advance(5_000)
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.trade(...ids(1, 5))
    scene.exchange.refusal = null
    await scene.clock.advance(20_000)
    expect(published(0)).toEqual(ids(1_005, 1_007))
    expect(published(1)).toEqual(ids(1, 5))
    expect(lost()).toEqual(['1001..1004', '1008..1008'])
  })

  test('makes candles that say so: nothing is empty that is not, and what lies between is a gap', async () => {
    scene = await openBefore()
    scene.exchange.beginAnew(125_000)
    await scene.clock.advance(MINUTE)
    scene.exchange.trade(...ids(1, 500))
    await scene.clock.advance(10_000)
    const { candles } = candlesOf(scene.ticks(), { gapHoldMs: 60_000, revisionHorizonMs: 600_000 })
    const newest = new Map(candles.filter(({ final }) => final).map(candle => [candle.openTime - DAY, candle]))
    expect([0, 1, 2, 3, 4].map(n => newest.get((125_000 + n * 1_000) as never)?.epoch)).toEqual([1, 1, 1, 1, 1])
    expect(newest.get(126_000 as never)).toMatchObject({
      firstTradeId: '101',
      lastTradeId: '200',
      tradeCount: 100,
      status: 'traded'
    })
    expect(newest.get(123_000 as never)).toMatchObject({ status: 'gap', tradeCount: 0 })
  })
})

describe('what was not settled when the ids begin anew', () => {
  test('is given up once, though it was expected and never came', async () => {
    scene = await openBefore()
    scene.exchange.drop()
    scene.exchange.print(...ids(1006, 1010))
    scene.broker.setAway(true)
    await scene.clock.advance(10_000)
    scene.exchange.refusal = answer(503, {})
    scene.broker.setAway(false)
    await scene.clock.advance(2_000)
    scene.exchange.beginAnew(5 * MINUTE)
    scene.exchange.print(...ids(1, 7))
    scene.exchange.refusal = null
    scene.exchange.trade(8)
    await scene.clock.advance(30_000)
    expect(lost()).toEqual(['1006..1010'])
    expect(published(1)).toEqual(ids(1, 8))
  })

  test('the new ones may begin with 0', async () => {
    scene = await openBefore()
    scene.exchange.beginAnew(2 * MINUTE)
    scene.exchange.trade(...ids(0, 3))
    await scene.clock.advance(10_000)
    expect(published(1)).toEqual(ids(0, 3))
    expect(lost()).toEqual(['1006..1006'])
    expect(
      scene
        .heartbeats()
        .filter(of => epochOf(of) === 1)
        .map(({ lastId }) => lastId)
    ).not.toContain('-1')
    expect(scene.heartbeats().at(-1)).toMatchObject({ lastId: '3', epoch: 1 })
  })

  test('a gap that an earlier run has named beyond its position is closed', async () => {
    scene = openScene({ positions: [positionAt(1005, DAY + 60)], openGaps: [openGap(1010, 1020)] })
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.print(...ids(1, 200))
    await scene.clock.advance(20_000)
    expect(scene.gaps()).toContain('1010..1020 unrecoverable skipped')
    expect(lost()).toEqual(['1006..1020'])
    expect(published(1)).toEqual(ids(1, 200))
  })

  test('what an earlier run has named beyond its position is no gap of the new ones, though they trade at once', async () => {
    scene = openScene({ positions: [positionAt(1005, DAY + 60)], openGaps: [openGap(1010, 1020)] })
    scene.exchange.beginAnew(MINUTE)
    await scene.clock.advance(5)
    scene.exchange.trade(...ids(1, 8))
    await scene.clock.advance(20_000)
    expect(published(1)).toEqual(ids(1, 8))
    expect(lost()).toEqual(['1006..1020'])
    expect(scene.gaps().filter(gap => gap.includes('open'))).toEqual([])
  })

  test('what a first start has taken on of another is given up, and the new ones are followed', async () => {
    scene = openScene({ readPositions: async () => [positionAt(1_000, DAY)] })
    await scene.clock.advance(5)
    scene.exchange.trade(...ids(1_005, 1_007))
    scene.exchange.refusal = answer(503, {})
    await scene.clock.advance(10_000)
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.trade(...ids(1, 5))
    scene.exchange.refusal = null
    await scene.clock.advance(20_000)
    expect(published(0)).toEqual(ids(1_005, 1_007))
    expect(published(1)).toEqual(ids(1, 5))
    expect(lost()).toEqual(['1001..1004', '1008..1008'])
  })

  test('what an earlier run has left out among the trades behind its position is given up, and nothing else', async () => {
    const world = createWorld()
    const before = await openLiveScene(2_000, world)
    before.exchange.trade(1006)
    await before.clock.advance(1_500)
    before.exchange.trade(1008, 1010, 1011)
    await before.clock.advance(100)
    before.ingest.stop()
    world.exchange.drop()
    expect(before.positions().at(-1)).toMatchObject({ lastId: '1006' })
    world.exchange.beginAnew(MINUTE)
    scene = openScene({ positions: before.positions().slice(-1) }, world)
    await scene.clock.advance(5)
    scene.exchange.trade(...ids(1, 8))
    await scene.clock.advance(20_000)
    expect(published(0)).toEqual([...ids(1000, 1006), 1008, 1010, 1011])
    expect(lost()).toEqual(['1007..1007', '1009..1009', '1012..1012'])
    expect(scene.gaps().slice(0, 3)).toEqual(lost().map(range => `${range} unrecoverable restart`))
    expect(published(1)).toEqual(ids(1, 8))
  })

  test('and is read once the broker tells it', async () => {
    let tries = 0
    scene = openScene({
      positions: [positionAt(1005, DAY + 60)],
      readPublished: async () => {
        if (tries++ < 3) throw new Error('the broker does not answer')
        return [{ id: 1007, time: epochMs(DAY + 70) }]
      }
    })
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.print(...ids(1, 200))
    await scene.clock.advance(MINUTE)
    expect(lost()).toEqual(['1006..1006', '1008..1008'])
    expect(published(1)).toEqual(ids(1, 200))
    expect(scene.health.problems()).toEqual([])
  })

  test('once more before history has told of the first time: each chain has its own trades', async () => {
    scene = await openBefore()
    scene.exchange.refusal = answer(503, {})
    scene.exchange.beginAnew(2 * MINUTE)
    scene.exchange.trade(...ids(2, 4), ...ids(6, 8))
    await scene.clock.advance(5_000)
    scene.exchange.beginAnew(4 * MINUTE)
    scene.exchange.print(1, 2)
    scene.exchange.trade(...ids(3, 5))
    await scene.clock.advance(5_000)
    scene.exchange.refusal = null
    await scene.clock.advance(30_000)
    expect(published(0)).toEqual(ids(1000, 1005))
    expect(published(1)).toEqual([2, 3, 4, 6, 7, 8])
    expect(published(2)).toEqual(ids(1, 5))
    expect(lost()).toEqual(['1006..1006', '5..5', '9..9'])
    expect(scene.heartbeats().at(-1)).toMatchObject({ lastId: '5', epoch: 2 })
    expect(
      scene
        .gapRecords()
        .filter(({ status }) => status === 'open')
        .map(epochOf)
    ).toEqual([2])
  })

  test('once more, and the first time they had passed the old ones: each chain has its own trades', async () => {
    scene = openScene({ positions: [positionAt(5, DAY)] })
    scene.exchange.refusal = answer(503, {})
    await scene.clock.advance(5)
    scene.exchange.beginAnew(2 * MINUTE)
    scene.exchange.trade(...ids(4, 12))
    await scene.clock.advance(5_000)
    scene.exchange.beginAnew(4 * MINUTE)
    scene.exchange.trade(...ids(1, 3))
    scene.exchange.refusal = null
    await scene.clock.advance(30_000)
    expect(published(0)).toEqual([])
    expect(published(1)).toEqual(ids(4, 12))
    expect(published(2)).toEqual(ids(1, 3))
    expect(lost()).toEqual(['6..6', '13..13'])
  })

  test('a gap that another ingest has left open in an epoch before is given up', async () => {
    scene = openScene({ positions: [{ ...positionAt(10, DAY), epoch: 1 }], openGaps: [openGap(1010, 1020)] })
    await scene.clock.advance(5_000)
    expect(scene.gaps()).toContain('1010..1020 unrecoverable skipped')
    expect(lost()).toEqual(['1010..1020'])
  })

  test('a trade that the broker has just refused is given up', async () => {
    scene = await openBefore()
    scene.broker.refuses = ({ topic, value }) => topic === 'raw_ticks' && /"id":"1006"/.test(String(value))
    scene.exchange.trade(1006)
    scene.exchange.beginAnew(2 * MINUTE)
    scene.exchange.trade(1)
    await scene.clock.advance(10_000)
    expect(lost()).toEqual(['1006..1007'])
  })

  test('a heartbeat on its way says nothing of where the new ones stand', async () => {
    scene = await openBefore()
    scene.broker.setAway(true)
    await scene.clock.advance(3_000)
    scene.exchange.beginAnew(2 * MINUTE)
    scene.exchange.trade(1)
    await scene.clock.advance(5_000)
    scene.broker.setAway(false)
    await scene.clock.advance(10_000)
    expect(scene.positions().filter(of => epochOf(of) === 1)[0]).toMatchObject({ lastId: '0' })
    expect(scene.heartbeats().at(-1)).toMatchObject({ lastId: '1', epoch: 1 })
  })

  test('ids that the new ones have passed already are no gap of the old', async () => {
    scene = await openBefore()
    scene.exchange.drop()
    scene.exchange.beginAnew(2 * MINUTE)
    scene.exchange.print(...ids(1, 1_500))
    await scene.clock.advance(MINUTE)
    expect(lost()).toEqual(['1006..1006'])
    expect(published(1)).toEqual(ids(1, 1_500))
  })
})

describe('a single trade that does not fit', () => {
  test.each([
    ['an old id with a new time', 1003, { T: DAY + 2_100, E: DAY + 2_101 }],
    ['an id far ahead', 2_000_001_000, { T: DAY + 2_100, E: DAY + 2_101 }]
  ])('%s is a dead letter when history knows better, and the feed goes on', async (_, id, odd) => {
    scene = await openBefore()
    scene.clock.reach(DAY + 70_000)
    scene.exchange.odd.set(id, odd)
    scene.exchange.sendTrade(id)
    scene.exchange.odd.clear()
    scene.exchange.trade(...ids(1006, 1210))
    await scene.clock.advance(10_000)
    expect(published(0)).toEqual(ids(1000, 1210))
    expect(published(1)).toEqual([])
    expect(scene.deadLetters().map(({ reason }) => reason)).toEqual(['odd-id'])
    expect(scene.heartbeats().at(-1)).toMatchObject({ lastId: '1210' })
    expect(scene.health.problems()).toEqual([])
  })

  test('and is the newest for long is a dead letter once history cannot trail any more', async () => {
    scene = await openBefore()
    scene.clock.reach(DAY + 70_000)
    scene.exchange.odd.set(1003, { T: DAY + 70_000, E: DAY + 70_001 })
    scene.exchange.sendTrade(1003)
    await scene.clock.advance(20_000)
    expect(scene.deadLetters()).toEqual([])
    await scene.clock.advance(30_000)
    expect(scene.deadLetters().map(({ reason }) => reason)).toEqual(['odd-id'])
    expect(published(1)).toEqual([])
    expect(scene.health.problems()).toEqual([])
  })
})

describe('ids that go on far above', () => {
  test('are a new epoch: history is not walked for what was never there', async () => {
    scene = await openBefore()
    const before = scene.exchange.requests.length
    scene.exchange.moveIds(1_000_000_000)
    scene.exchange.trade(...ids(1_000_001_006, 1_000_001_010))
    await scene.clock.advance(20_000)
    expect(published(1)).toEqual(ids(1_000_001_006, 1_000_001_010))
    expect(scene.exchange.requests.length - before).toBeLessThan(8)
    expect(scene.gapRecords().every(({ count }) => count < 1_000)).toBe(true)
  })
})

import { afterEach, describe, expect, test } from '@jest/globals'
import { epochOf } from '../../src/market/epoch.ts'
import type { Position } from '../../src/market/records/feed/position.ts'
import { epochMs } from '../../src/market/time.ts'
import { DAY } from '../support/market.ts'
import { answer, timeOf } from './fake-exchange.ts'
import { ids, lostRanges, openScene, positionAt, publishedIn, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

const MINUTE = 60_000

const published = (epoch: number): readonly number[] => publishedIn(scene, epoch)
const lost = (): readonly string[] => lostRanges(scene)

describe('ids that begin anew while live trades are held', () => {
  test('of a first start that waits for the broker: each chain has its own trades', async () => {
    scene = openScene()
    scene.broker.setAway(true)
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(1000, 1005))
    await scene.clock.advance(6_000)
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.trade(...ids(990, 1003))
    await scene.clock.advance(6_000)
    scene.exchange.trade(...ids(1004, 1010))
    scene.broker.setAway(false)
    await scene.clock.advance(20_000)
    expect(published(0)).toEqual(ids(1000, 1005))
    expect(published(1)).toEqual(ids(990, 1010))
    expect(lost()).toEqual(['1006..1006'])
    expect(scene.heartbeats().at(-1)).toMatchObject({ lastId: '1010', epoch: 1 })
  })

  test('of a first start that waits for history: it is not given the trades of the new chain for older ones', async () => {
    scene = openScene()
    scene.exchange.latencyMs = 3_000
    await scene.clock.advance(10)
    scene.exchange.trade(1000)
    await scene.clock.advance(100)
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.print(...ids(900, 950))
    await scene.clock.advance(60_000)
    expect(published(0)).toEqual([1000])
    expect(published(1)).toEqual(ids(900, 950))
  })

  test('of a first start, far above: history is not walked for what was never there', async () => {
    scene = openScene()
    scene.broker.setAway(true)
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(1000, 1005))
    await scene.clock.advance(6_000)
    scene.exchange.moveIds(1_000_000_000)
    scene.exchange.trade(...ids(1_000_001_006, 1_000_001_010))
    scene.broker.setAway(false)
    await scene.clock.advance(20_000)
    expect(published(0)).toEqual(ids(1000, 1005))
    expect(published(1)).toEqual(ids(1_000_001_006, 1_000_001_010))
    expect(scene.gapRecords().every(({ count }) => count < 1_000)).toBe(true)
  })

  test.each([
    ['below the last one held', ids(990, 1_021)],
    ['and pass it', ids(990, 1_080)]
  ])('of a restart that waits for history, %s: each chain has its own trades', async (_, begun) => {
    scene = openScene({ positions: [positionAt(1_000, DAY)] })
    scene.exchange.refusal = answer(503, {})
    await scene.clock.advance(5)
    scene.exchange.trade(...ids(1_005, 1_050))
    await scene.clock.advance(5_000)
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.print(...begun.filter(id => id < 1_020))
    scene.exchange.trade(...begun.filter(id => id >= 1_020))
    await scene.clock.advance(5_000)
    scene.exchange.refusal = null
    await scene.clock.advance(20_000)
    expect(published(0)).toEqual(ids(1_005, 1_050))
    expect(published(1)).toEqual(begun)
    expect(lost()).toEqual(['1001..1004', '1051..1051'])
  })

  test('of a restart: what an earlier run has published behind its position, and this one holds beyond that, is not given up', async () => {
    const before = [1_001, 1_002, 1_003, 1_004, 1_006].map(id => ({ id, time: epochMs(timeOf(id)) }))
    scene = openScene({
      positions: [positionAt(1_000, DAY)],
      readPublished: async (_, behind) => before.filter(({ id }) => id > behind.id)
    })
    scene.exchange.refusal = answer(503, {})
    await scene.clock.advance(5)
    scene.exchange.trade(...ids(1_008, 1_010))
    await scene.clock.advance(5_000)
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.trade(...ids(1, 5))
    scene.exchange.refusal = null
    await scene.clock.advance(20_000)
    expect(published(0)).toEqual(ids(1_008, 1_010))
    expect(published(1)).toEqual(ids(1, 5))
    expect(lost()).toEqual(['1005..1005', '1007..1007', '1011..1011'])
  })

  test('a single strange id among them is a dead letter, and the feed goes on', async () => {
    scene = openScene({ positions: [positionAt(1_000, DAY)] })
    scene.exchange.refusal = answer(503, {})
    await scene.clock.advance(5)
    scene.exchange.trade(...ids(1_005, 1_010))
    await scene.clock.advance(3_000)
    scene.clock.reach(DAY + 10_000)
    scene.exchange.odd.set(1_007, { T: DAY + 2_200, E: DAY + 2_201 })
    scene.exchange.sendTrade(1_007)
    scene.exchange.odd.clear()
    scene.exchange.print(...ids(1_001, 1_004))
    scene.exchange.trade(...ids(1_011, 1_240))
    scene.exchange.refusal = null
    await scene.clock.advance(20_000)
    expect(published(0)).toEqual(ids(1_001, 1_240))
    expect(published(1)).toEqual([])
    expect(scene.deadLetters().map(({ reason }) => reason)).toEqual(['odd-id'])
  })
})

describe('a first start that is late beside another', () => {
  /** Held since its first trades, while the other one has gone on to `others`. */
  const openLate = async (others: readonly Position[]): Promise<void> => {
    scene = openScene({ readPositions: async () => others })
    scene.exchange.refusal = answer(503, {})
    await scene.clock.advance(5)
    scene.exchange.trade(...ids(1_000, 1_005))
    await scene.clock.advance(4_000)
  }

  test('takes what the other has published meanwhile for what it is, and for no new chain', async () => {
    await openLate([positionAt(1_400, timeOf(1_400))])
    scene.exchange.print(...ids(1_006, 1_400))
    scene.exchange.refusal = null
    await scene.clock.advance(3_000)
    scene.exchange.trade(...ids(1_390, 1_410))
    await scene.clock.advance(20_000)
    expect(published(0)).toEqual(ids(1_401, 1_410))
    expect(published(1)).toEqual([])
    expect(lost()).toEqual([])
  })

  test('follows the ids that have begun anew in the epoch that the other is in', async () => {
    const anew: Position = { ...positionAt(2, DAY + MINUTE + 20), epoch: 1 }
    await openLate([positionAt(1_003, DAY + 50), anew])
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.trade(...ids(1, 4))
    scene.exchange.refusal = null
    await scene.clock.advance(3_000)
    scene.exchange.trade(...ids(5, 8))
    await scene.clock.advance(20_000)
    expect(published(0)).toEqual([])
    expect(published(1)).toEqual(ids(3, 8))
    expect(published(2)).toEqual([])
    expect(scene.positions().at(-1)).toMatchObject({ lastId: '8', epoch: 1 })
  })

  test('sees that the ids have begun anew where the other one began as well', async () => {
    scene = openScene({ readPositions: async () => [positionAt(999, DAY), positionAt(1_040, DAY + 400)] })
    scene.exchange.beginAnew(MINUTE - 10_000)
    await scene.clock.advance(5)
    scene.exchange.trade(...ids(1_000, 1_005))
    await scene.clock.advance(20_000)
    expect(published(0)).toEqual([])
    expect(published(1)).toEqual(ids(1_000, 1_005))
    expect(lost()).toEqual(['1041..1041'])
  })

  test('and names what the other one has left out until then', async () => {
    const before = [1_000, 1_001, 1_003, 1_040].map(id => ({ id, time: epochMs(timeOf(id)) }))
    scene = openScene({
      readPositions: async () => [positionAt(999, DAY), positionAt(1_003, DAY + 30)],
      readPublished: async (_, behind) => before.filter(({ id }) => id > behind.id)
    })
    scene.exchange.beginAnew(MINUTE - 10_000)
    await scene.clock.advance(5)
    scene.exchange.trade(...ids(1_000, 1_002))
    await scene.clock.advance(20_000)
    expect(published(1)).toEqual(ids(1_000, 1_002))
    expect(lost()).toEqual(['1002..1002', '1004..1039', '1041..1041'])
  })

  test('both say where they begin, and the other is in a later epoch: whoever comes next goes on there', async () => {
    const anew: Position = { ...positionAt(2, DAY + MINUTE + 20), epoch: 1 }
    const seen: (readonly Position[])[] = [[], [positionAt(999, DAY), anew]]
    scene = openScene({ readPositions: async () => seen.shift() ?? [] })
    await scene.clock.advance(5)
    scene.exchange.trade(...ids(1_000, 1_005))
    scene.exchange.beginAnew(MINUTE)
    scene.exchange.print(...ids(1, 4))
    await scene.clock.advance(10)
    expect(scene.positions().map(of => [of.lastId, epochOf(of)])).toEqual([
      ['999', 0],
      ['2', 1]
    ])
    await scene.clock.advance(20_000)
    expect(published(1)).toEqual([3, 4])
  })
})

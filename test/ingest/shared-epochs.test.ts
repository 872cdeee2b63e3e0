import { afterEach, describe, expect, test } from '@jest/globals'
import { epochOf } from '../../src/market/epoch.ts'
import type { Position } from '../../src/market/records/feed/position.ts'
import { DAY } from '../support/market.ts'
import { createWorld, ids, openLiveScene, openScene, positionAt, publishedIn, type Scene } from './scene.ts'

const MINUTE = 60_000

let scenes: Scene[] = []
afterEach(() => {
  for (const scene of scenes.splice(0)) scene.ingest.stop()
})

/** Of two ingests the second hears nothing of the exchange while `isDeaf`. */
const openTwo = async () => {
  const world = createWorld()
  const second = { isDeaf: false }
  const first = await openLiveScene(2_000, world)
  const other = openScene(
    {
      openSocket: (url, events) =>
        world.exchange.openSocket(url, {
          ...events,
          onFrame: (bytes, isBinary) => {
            if (!second.isDeaf) events.onFrame(bytes, isBinary)
          }
        })
    },
    world
  )
  scenes = [first, other]
  await first.clock.advance(2_000)
  first.exchange.trade(1006)
  await first.clock.advance(5_000)
  return { first, second }
}

/** A live feed beside another ingest, whose positions are `others`. */
const openBeside = async (others: readonly Position[]): Promise<Scene> => {
  const scene = openScene({ positions: [positionAt(1_000, DAY)], readPositions: async () => others })
  scenes = [scene]
  await scene.clock.advance(5)
  scene.exchange.trade(...ids(1_001, 1_005))
  await scene.clock.advance(MINUTE)
  return scene
}

const inEpoch = (epoch: number, lastId: number, time: number): Position => ({ ...positionAt(lastId, time), epoch })

describe('two ingests of one exchange that begins its ids anew', () => {
  test('of which one has missed the first time: each chain has one epoch', async () => {
    const { first, second } = await openTwo()
    second.isDeaf = true
    first.exchange.beginAnew(2 * MINUTE)
    first.exchange.trade(...ids(10, 20))
    await first.clock.advance(10_000)
    first.exchange.beginAnew(4 * MINUTE)
    second.isDeaf = false
    first.exchange.trade(...ids(1, 12))
    await first.clock.advance(20_000)
    expect(new Set(publishedIn(first, 0))).toEqual(new Set(ids(1000, 1006)))
    expect(new Set(publishedIn(first, 1))).toEqual(new Set(ids(10, 20)))
    expect(new Set(publishedIn(first, 2))).toEqual(new Set(ids(1, 12)))
    expect(publishedIn(first, 3)).toEqual([])
  })

  test('once: both follow it in one epoch', async () => {
    const { first } = await openTwo()
    first.exchange.beginAnew(2 * MINUTE)
    first.exchange.trade(...ids(10, 20))
    await first.clock.advance(20_000)
    expect(new Set(publishedIn(first, 1))).toEqual(new Set(ids(10, 20)))
    expect(publishedIn(first, 2)).toEqual([])
  })
})

describe('a new chain beside another ingest', () => {
  test('is none that the other has followed and left: it has the epoch behind those', async () => {
    const scene = await openBeside([inEpoch(1, 40, DAY + MINUTE), inEpoch(2, 60, DAY + 2 * MINUTE)])
    scene.exchange.beginAnew(4 * MINUTE)
    scene.exchange.trade(...ids(1, 5))
    await scene.clock.advance(20_000)
    expect(publishedIn(scene, 1)).toEqual([])
    expect(publishedIn(scene, 2)).toEqual([])
    expect(publishedIn(scene, 3)).toEqual(ids(1, 5))
  })

  test.each([
    ['has just begun it', 0, 4 * MINUTE - 2_000],
    ['is further in it', 400, 4 * MINUTE + 4_000]
  ])('is the one that the other follows, which %s', async (_, lastId, ms) => {
    const scene = await openBeside([inEpoch(1, 40, DAY + MINUTE), inEpoch(2, lastId, DAY + ms)])
    scene.exchange.beginAnew(4 * MINUTE)
    scene.exchange.trade(...ids(1, 5))
    await scene.clock.advance(20_000)
    expect(publishedIn(scene, 2)).toEqual(ids(1, 5))
    expect(publishedIn(scene, 3)).toEqual([])
  })

  test('is counted on from what is known here, where nobody tells what the other has', async () => {
    const scene = openScene({ readPositions: () => Promise.reject(new Error('no answer')) })
    scenes = [scene]
    await scene.clock.advance(5)
    scene.exchange.trade(...ids(1_000, 1_005))
    await scene.clock.advance(MINUTE)
    scene.exchange.beginAnew(4 * MINUTE)
    scene.exchange.trade(...ids(1, 5))
    await scene.clock.advance(20_000)
    expect(publishedIn(scene, 1)).toEqual(ids(1, 5))
  })

  test('begins for whoever reads its first position just before its first trade, though that stands nowhere yet', async () => {
    const scene = await openBeside([])
    scene.exchange.beginAnew(4 * MINUTE)
    scene.exchange.trade(...ids(1, 5))
    await scene.clock.advance(20_000)
    const begun = scene.positions().filter(position => epochOf(position) === 1)
    expect(begun[0]).toMatchObject({ lastId: '0', time: DAY + 4 * MINUTE - 2_000 })
  })
})

import { afterEach, describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import type { Exchange } from '../../src/exchange/exchange.ts'
import { timeOf } from './fake-exchange.ts'
import { createWorld, ids, lostRanges, openGap, openScene, positionAt, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

const binance = createBinance('binance')

/** An exchange whose stream numbers its trades, and whose history does not. */
const UNNUMBERED: Exchange = {
  ...binance,
  history: { ...binance.history, isNumbered: false, decodeTrades: () => [] }
}

/** A scene whose feed is live after its first trades, 1000 to 1005. */
const openLive = async (): Promise<void> => {
  scene = openScene({ exchange: UNNUMBERED })
  await scene.clock.advance(10)
  scene.exchange.trade(...ids(1000, 1005))
  await scene.clock.advance(2_000)
}

describe('where history has no numbers', () => {
  test('a feed begins with the first live trade', async () => {
    await openLive()
    expect(scene.ids()).toEqual(ids(1000, 1005))
    expect(scene.gaps()).toEqual([])
  })

  test('a gap is named, and given up at once', async () => {
    await openLive()
    scene.exchange.trade(1008)
    await scene.clock.advance(2_000)
    expect(scene.gaps()).toEqual(['1006..1007 open skipped', '1006..1007 unrecoverable skipped'])
    expect(lostRanges(scene)).toEqual(['1006..1007'])
    const asked = scene.exchange.requests.length
    scene.exchange.trade(1009)
    await scene.clock.advance(10_000)
    expect(scene.ids().at(-1)).toBe(1009)
    expect(scene.exchange.requests).toHaveLength(asked)
  })

  test('trades that come within the moment that frames may be late are no gap', async () => {
    await openLive()
    scene.exchange.trade(1008)
    await scene.clock.advance(100)
    scene.exchange.trade(1006, 1007)
    await scene.clock.advance(2_000)
    expect(scene.gaps()).toEqual([])
  })

  test('a restart joins the live stream, and gives up what lies between and what was open', async () => {
    const world = createWorld()
    scene = openScene(
      {
        exchange: UNNUMBERED,
        positions: [positionAt(1000, timeOf(1000))],
        openGaps: [openGap(990, 991)]
      },
      world
    )
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(1010, 1012))
    await scene.clock.advance(3_000)
    expect(scene.ids()).toEqual(ids(1010, 1012))
    expect(scene.gaps()).toEqual(
      expect.arrayContaining(['990..991 unrecoverable skipped', '1001..1009 unrecoverable restart'])
    )
    scene.exchange.trade(1013)
    await scene.clock.advance(2_000)
    expect(scene.heartbeats().at(-1)?.lastId).toBe('1013')
  })

  test('a restart without a live trade goes live, and waits for one without asking', async () => {
    scene = openScene({ exchange: UNNUMBERED, positions: [positionAt(1000, timeOf(1000))] })
    await scene.clock.advance(5_000)
    expect(scene.heartbeats()).toEqual([])
    expect(scene.exchange.requests.filter(url => url.includes('Trades'))).toEqual([])
    scene.exchange.trade(1001)
    await scene.clock.advance(2_000)
    expect(scene.heartbeats().at(-1)?.lastId).toBe('1001')
    expect(scene.gaps()).toEqual([])
  })

  test('ids that begin anew are settled by the stream within two minutes', async () => {
    await openLive()
    const at = timeOf(1005) + 60_000
    await scene.clock.advance(60_000)
    for (const id of [1, 2, 3]) scene.exchange.odd.set(id, { T: at + id, E: at + id })
    scene.exchange.trade(1, 2, 3)
    await scene.clock.advance(120_000)
    expect(scene.trades().filter(({ epoch }) => epoch === 1)).toHaveLength(3)
  })
})

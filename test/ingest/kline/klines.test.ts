import { afterEach, describe, expect, test } from '@jest/globals'
import { createBinance } from '../../../src/exchange/binance/binance.ts'
import type { Exchange } from '../../../src/exchange/exchange.ts'
import { DAY } from '../../support/market.ts'
import { answer } from '../fake-exchange.ts'
import { ids } from '../scene.ts'
import { type KlinesScene, MINUTE, minutes, openKlinesScene, positionAt } from './klines-scene.ts'

let scene: KlinesScene
afterEach(() => scene.ingest.stop())

const has = (...of: readonly number[]): void => {
  for (const n of of) scene.history.minutes.add(n)
}

describe('at a cold start', () => {
  test('the newest 1,000 klines that have closed are published in order, and how far they go', async () => {
    scene = await openKlinesScene()
    has(...minutes(-1_200, 3))
    scene.tick(3 * MINUTE + 5_000)
    await scene.clock.advance(100)
    expect(scene.minutes()).toEqual(minutes(-997, 2))
    expect(scene.klinePositions()).toEqual([positionAt(2)])
    expect(scene.history.asked).toHaveLength(1)
  })

  test('those of the stream follow, each once, and history is not asked for them', async () => {
    scene = await openKlinesScene()
    has(...minutes(-5, 2))
    scene.tick(3 * MINUTE + 5_000)
    await scene.clock.advance(100)
    for (const [n, closed] of [
      [3, false],
      [3, true],
      [3, true],
      [4, false],
      [4, true]
    ] as const)
      scene.tell(n, closed)
    scene.tick(5 * MINUTE + 6_000)
    await scene.clock.advance(100)
    expect(scene.minutes()).toEqual(minutes(-5, 4))
    expect(scene.klines().at(-1)).toMatchObject({ interval: '1m', closeTime: DAY + 5 * MINUTE, close: '100004' })
    expect(scene.history.asked).toHaveLength(1)
  })

  test('what closes while history is asked is not lost', async () => {
    scene = await openKlinesScene()
    has(...minutes(0, 2))
    scene.tick(3 * MINUTE + 5_000)
    scene.tell(3)
    await scene.clock.advance(100)
    expect(scene.minutes()).toEqual(minutes(0, 3))
  })

  test('where no stream tells of them, nor of the time, and no number proves trades whole, they are due by the clock', async () => {
    const binance = createBinance('binance')
    const exchange: Exchange = {
      ...binance,
      chain: null,
      tickerStream: null,
      klines: { ...binance.klines, stream: null }
    }
    scene = await openKlinesScene({ exchange })
    has(...minutes(-3, 1))
    await scene.clock.advance(2 * MINUTE + 4_000)
    expect(scene.minutes()).toEqual(minutes(-3, 0))
    await scene.clock.advance(2_100)
    expect(scene.minutes()).toEqual(minutes(-3, 1))
  })

  test('an exchange without history gives what its stream gives', async () => {
    scene = await openKlinesScene()
    scene.tell(3)
    await scene.clock.advance(10_000)
    scene.tell(4)
    await scene.clock.advance(10_000)
    expect(scene.minutes()).toEqual([3, 4])
  })
})

describe('what was missed is fetched, in order,', () => {
  test('after a restart, page by page', async () => {
    scene = await openKlinesScene({ klinePositions: [positionAt(-2_290)] })
    has(...minutes(-2_300, 10))
    scene.tell(10)
    await scene.clock.advance(1_000)
    expect(scene.minutes()).toEqual(minutes(-2_289, 10))
    expect(scene.history.asked.map(query => query.get('startTime'))).toEqual(
      [-2_289, -1_289, -289].map(n => String(DAY + n * MINUTE))
    )
    expect(scene.klinePositions().at(-1)).toEqual(positionAt(10))
  })

  test('after the stream was away', async () => {
    scene = await openKlinesScene({ klinePositions: [positionAt(1)] })
    scene.tell(2)
    await scene.clock.advance(100)
    scene.exchange.drop()
    has(...minutes(0, 6))
    await scene.clock.advance(2_000)
    scene.tell(6)
    await scene.clock.advance(100)
    expect(scene.minutes()).toEqual(minutes(2, 6))
  })

  test('when the stream says nothing of a minute that nobody traded in', async () => {
    scene = await openKlinesScene({ klinePositions: [positionAt(1)] })
    has(...minutes(0, 3))
    scene.tick(3 * MINUTE + 4_999)
    await scene.clock.advance(100)
    expect(scene.minutes()).toEqual([])
    scene.tick(3 * MINUTE + 5_000)
    await scene.clock.advance(100)
    expect(scene.minutes()).toEqual([2])
  })

  test('and what history does not have either is passed over', async () => {
    scene = await openKlinesScene({ klinePositions: [positionAt(1)] })
    has(2, 3)
    scene.tell(8)
    await scene.clock.advance(10_000)
    scene.tell(9)
    await scene.clock.advance(10_000)
    expect(scene.minutes()).toEqual([2, 3, 8, 9])
  })

  test('but no further back than the topic keeps', async () => {
    scene = await openKlinesScene({ klinePositions: [positionAt(-60 * 1_440)] })
    has(3)
    scene.tell(3)
    await scene.clock.advance(100)
    expect(scene.history.asked[0]?.get('startTime')).toBe(String(DAY + (3 - 30 * 1_440) * MINUTE))
    expect(scene.minutes()).toEqual([3])
  })
})

describe('trouble', () => {
  test('an exchange that does not answer is asked again, and says so meanwhile', async () => {
    scene = await openKlinesScene()
    has(1, 2)
    scene.history.refusals.push(answer(503, 'busy'), answer(200, { not: 'klines' }))
    scene.tell(2)
    await scene.clock.advance(50)
    expect(scene.health.problems()).toContainEqual(expect.stringMatching(/^klines binance: /))
    await scene.clock.advance(60_000)
    expect(scene.minutes()).toEqual([1, 2])
    expect(scene.health.problems()).not.toContainEqual(expect.stringMatching(/^klines binance: /))
  })

  test('klines wait while the broker is behind, and trades do not', async () => {
    scene = await openKlinesScene({ klinePositions: [positionAt(1)] })
    scene.exchange.trade(1000)
    await scene.clock.advance(10)
    scene.broker.setAway(true)
    scene.exchange.trade(1001)
    scene.tell(2)
    await scene.clock.advance(1_000)
    scene.exchange.trade(1002)
    expect([scene.minutes(), scene.ids('stream')]).toEqual([[], ids(1000, 1002)])
    scene.broker.setAway(false)
    await scene.clock.advance(200)
    expect(scene.minutes()).toEqual([2])
  })

  test('the position never says more than the broker has: after a crash nothing is missing', async () => {
    scene = await openKlinesScene({ klinePositions: [positionAt(1)] })
    scene.tell(2)
    await scene.clock.advance(100)
    scene.broker.setAway(true)
    scene.tell(3)
    await scene.clock.advance(100)
    scene.ingest.stop()
    scene.broker.crash()
    scene.broker.setAway(false)
    const { world } = scene
    scene = await openKlinesScene({ klinePositions: scene.klinePositions().slice(-1) }, world)
    has(...minutes(0, 4))
    scene.tell(4)
    await scene.clock.advance(1_000)
    expect(scene.minutes()).toEqual([2, 3, 4])
  })
})

describe('a candle of the exchange that is odd', () => {
  const oddAt = (): readonly (readonly [reason: string, minute: number])[] =>
    scene
      .deadLetters()
      .filter(({ reason }) => reason === 'odd-kline')
      .map(({ reason, payload }) => {
        const [openTime] = JSON.parse(Buffer.from(payload, 'base64').toString()) as [number]
        return [reason, Math.floor((openTime - DAY) / MINUTE)] as const
      })

  test.each([
    ['ends early', { late: 0, early: 1_000 }],
    ['begins off the grid', { late: 1, early: 0 }]
  ])('because it %s is set aside and named once, and the others are published', async (_, odd) => {
    scene = await openKlinesScene()
    has(...minutes(0, 5))
    scene.history.odd.set(2, odd)
    scene.tick(6 * MINUTE + 5_000)
    await scene.clock.advance(100)
    expect(scene.minutes()).toEqual([0, 1, 3, 4, 5])
    expect(oddAt()).toEqual([['odd-kline', 2]])
    expect(scene.history.asked).toHaveLength(1)
  })

  test('and the newest is asked for again, and passed over when it stays so', async () => {
    scene = await openKlinesScene()
    has(...minutes(0, 2))
    scene.history.odd.set(2, { late: 0, early: 1 })
    scene.tick(3 * MINUTE + 5_000)
    await scene.clock.advance(10_000)
    expect(scene.minutes()).toEqual([0, 1])
    expect(oddAt()).toEqual([['odd-kline', 2]])
    has(3)
    scene.tick(4 * MINUTE + 5_000)
    await scene.clock.advance(10_000)
    expect(scene.minutes()).toEqual([0, 1, 3])
    expect(oddAt()).toHaveLength(1)
  })

  test('or a thousand of them in a row, hides no sound one behind them', async () => {
    scene = await openKlinesScene({ klinePositions: [positionAt(-1)] })
    has(...minutes(0, 1_005))
    for (const n of minutes(0, 1_001)) scene.history.odd.set(n, { late: 0, early: 1 })
    scene.tick(1_006 * MINUTE + 5_000)
    await scene.clock.advance(30_000)
    expect(scene.minutes()).toEqual(minutes(1_002, 1_005))
    expect(oddAt()).toHaveLength(1_002)
  })
})

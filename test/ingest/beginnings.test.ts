import { describe, expect, test } from '@jest/globals'
import { createConcurrentStarts } from '../../src/ingest/feed/concurrent-starts.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import type { Position } from '../../src/market/records/feed/position.ts'
import { DAY } from '../support/market.ts'
import { answer } from './fake-exchange.ts'
import { BTC, createWorld, ids, openScene, positionAt } from './scene.ts'

describe('who has begun', () => {
  test('is told of that instrument alone', async () => {
    const saved: Position[] = [positionAt(20, DAY), positionAt(9, DAY), { ...positionAt(1, DAY), symbol: 'ETH/USDT' }]
    const beginnings = createConcurrentStarts(async () => saved)
    expect((await beginnings(BTC)).map(({ lastId }) => lastId)).toEqual(['20', '9'])
    expect(await beginnings(parseInstrument('binance:SOL/USDT'))).toEqual([])
  })

  test('who asks while a read is under way gets the next one, shared by all who do', async () => {
    const reads: PromiseWithResolvers<readonly Position[]>[] = []
    const beginnings = createConcurrentStarts(() => {
      const read = Promise.withResolvers<readonly Position[]>()
      reads.push(read)
      return read.promise
    })
    const [first, second, third] = [beginnings(BTC), beginnings(BTC), beginnings(BTC)]
    reads[0]!.resolve([])
    expect(await first).toEqual([])
    reads[1]!.resolve([positionAt(4, DAY)])
    expect(await Promise.all([second, third])).toEqual([[positionAt(4, DAY)], [positionAt(4, DAY)]])
    expect(reads).toHaveLength(2)
  })
})

describe('two feeds that start for the first time beside each other', () => {
  test('the one that begins later takes on what the other has begun, and names its gaps when that has died', async () => {
    const world = createWorld()
    const first = openScene({}, world)
    await first.clock.advance(10)
    world.exchange.print(1002)
    world.exchange.trade(1000, 1001, 1003)
    await first.clock.advance(10)
    expect(first.ids()).toEqual([1000, 1001, 1003])
    first.ingest.stop()
    world.exchange.print(...ids(1004, 1006))
    const second = openScene({ positions: [] }, world)
    await second.clock.advance(10)
    world.exchange.trade(1007)
    await second.clock.advance(2_000)
    expect([...new Set(second.ids())].sort((a, b) => a - b)).toEqual(ids(1000, 1007))
    expect(second.gaps()).toContain('1000..1006 filled restart')
    second.ingest.stop()
  })

  test('when both begin at the same moment, the later one takes on the earlier one, and says so for whoever comes next', async () => {
    const world = createWorld()
    const seen: (readonly Position[])[] = [[], [positionAt(989, DAY), positionAt(999, DAY)]]
    const scene = openScene({ readPositions: async () => seen.shift() ?? [] }, world)
    world.exchange.print(...ids(990, 999))
    world.exchange.refusal = answer(503, null)
    await scene.clock.advance(10)
    world.exchange.trade(1000)
    await scene.clock.advance(6_000)
    expect(scene.positions().map(({ lastId }) => lastId)).toEqual(['999', '989'])
    world.exchange.refusal = null
    await scene.clock.advance(30_000)
    expect([...new Set(scene.ids())].sort((a, b) => a - b)).toEqual(ids(990, 1000))
    scene.ingest.stop()
  })
})

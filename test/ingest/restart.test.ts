import { afterEach, describe, expect, test } from '@jest/globals'
import { DAY } from '../support/market.ts'
import { answer, timeOf } from './fake-exchange.ts'
import { ids, openGap, openScene, positionAt, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

describe('a feed that starts for the first time', () => {
  test('publishes what history has before the first live trade, then the live ones, and calls nothing a gap', async () => {
    scene = openScene()
    scene.exchange.print(...ids(900, 999))
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(1000, 1003))
    await scene.clock.advance(10)
    expect(scene.ids()).toEqual(ids(900, 1003))
    expect(scene.ids('stream')).toEqual(ids(1000, 1003))
    expect(scene.gaps()).toEqual([])
  })

  test('goes back page by page until one reaches before the current minute, and no further', async () => {
    scene = openScene()
    const first = 1000 + 30_000
    scene.exchange.print(...ids(first - 8_000, first - 1))
    await scene.clock.advance(10)
    scene.exchange.trade(first)
    await scene.clock.advance(10)
    expect(timeOf(first) % 60_000).toBe(0)
    expect(scene.ids()).toEqual(ids(first - 1_000, first))
  })

  test('asks five pages at most, for an instrument with more trades than that in a minute', async () => {
    scene = openScene()
    const first = 1000 + 35_999
    scene.exchange.print(...ids(first - 8_000, first - 1))
    await scene.clock.advance(10)
    scene.exchange.trade(first)
    await scene.clock.advance(10)
    expect(scene.ids()).toEqual(ids(first - 5_000, first))
    expect(scene.exchange.requests).toHaveLength(5)
  })

  test('goes live without history when that does not answer', async () => {
    scene = openScene()
    scene.exchange.refusal = answer(503, null)
    await scene.clock.advance(10)
    scene.exchange.trade(1000, 1001)
    await scene.clock.advance(6_000)
    expect(scene.ids()).toEqual([1000, 1001])
    scene.exchange.trade(1002)
    expect(scene.ids()).toEqual([1000, 1001, 1002])
  })

  test('says where the next run goes on before it publishes a trade, so that none of its ends can lose one', async () => {
    scene = openScene()
    await scene.clock.advance(10)
    scene.broker.setAway(true)
    scene.exchange.trade(1000, 1001)
    await scene.clock.advance(6_000)
    expect(scene.ids()).toEqual([])
    scene.broker.setAway(false)
    await scene.clock.advance(10)
    expect(scene.positions()[0]).toEqual(positionAt(999, timeOf(1000)))
    expect(scene.ids()).toEqual([1000, 1001])
  })
})

describe('a feed that starts again', () => {
  test('walks through history from its position in id order, and joins the stream last', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)] })
    scene.exchange.print(...ids(1000, 3_199))
    await scene.clock.advance(10)
    scene.exchange.trade(3_200, 3_202, 3_201)
    await scene.clock.advance(50)
    expect(scene.ids()).toEqual(ids(1000, 3_202))
    expect(scene.ids('stream')).toEqual([3_200, 3_201, 3_202])
    expect(scene.gaps()).toEqual(['1000..3199 open restart', '1000..3199 filled restart'])
  })

  test('names the gap before it publishes anything of it', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)] })
    scene.broker.setAway(true)
    scene.exchange.print(...ids(1000, 1_010))
    await scene.clock.advance(10)
    scene.exchange.trade(1_011)
    await scene.clock.advance(5_000)
    expect(scene.broker.log().map(({ topic }) => topic)).toEqual(['gaps'])
    scene.broker.setAway(false)
    await scene.clock.advance(10)
    expect(scene.ids()).toEqual(ids(1000, 1_011))
  })

  test('asks history when no live trade comes, and is whole when there is nothing new', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)] })
    scene.exchange.print(...ids(1000, 1_004))
    await scene.clock.advance(5_000)
    expect(scene.ids('history')).toEqual(ids(1000, 1_004))
    expect(scene.gaps()).toEqual(['1000..1004 open restart', '1000..1004 filled restart'])
    scene.exchange.trade(1_005)
    expect(scene.ids('stream')).toEqual([1_005])
  })

  test('says where it goes on once history has led it on, though the stream is away', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)] })
    scene.exchange.accepts = false
    scene.exchange.print(...ids(1_000, 1_005))
    await scene.clock.advance(5_000)
    expect(scene.ids()).toEqual(ids(1_000, 1_005))
    expect(scene.positions()).toEqual([positionAt(1_005, timeOf(1_005))])
    expect(scene.heartbeats()).toEqual([])
  })

  test('says so no sooner than the broker has every trade, and every gap is named', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)] })
    scene.exchange.accepts = false
    scene.exchange.forgotten.add(1_002)
    scene.exchange.print(...ids(1_000, 1_005))
    scene.broker.setAway(true)
    await scene.clock.advance(20_000)
    expect(scene.positions()).toEqual([])
    scene.broker.setAway(false)
    await scene.clock.advance(20_000)
    expect(scene.gaps()).toContain('1000..1005 open restart')
    expect(scene.positions()).toEqual([positionAt(1_005, timeOf(1_005))])
  })

  test('and of no trade that is still on its way', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)] })
    await scene.clock.advance(5)
    scene.broker.setAway(true)
    scene.exchange.trade(1_000)
    await scene.clock.advance(10)
    scene.exchange.trade(1_001)
    scene.broker.ackOldest()
    await scene.clock.advance(10)
    expect(scene.positions()).toEqual([positionAt(1_000, timeOf(1_000))])
  })

  test('needs no history when the stream goes on where it was', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)] })
    await scene.clock.advance(600)
    scene.exchange.trade(1000)
    await scene.clock.advance(3_000)
    expect(scene.ids('stream')).toEqual([1000])
    expect(scene.exchange.requests).toEqual([])
  })

  test('gives up nothing that the stream brings late, though history does not have it', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)] })
    scene.exchange.forgotten.add(1_003)
    scene.exchange.print(...ids(1000, 1_003))
    await scene.clock.advance(10)
    scene.exchange.trade(1_004)
    await scene.clock.advance(10)
    scene.exchange.trade(1_003)
    await scene.clock.advance(10_000)
    expect(scene.ids()).toEqual(ids(1000, 1_004))
    expect(scene.gaps()).toEqual(['1000..1003 open restart', '1000..1003 filled restart'])
  })

  test('gets from history what does not fit among the held trades', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)] })
    scene.exchange.refusal = answer(503, null)
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(1001, 7_000))
    await scene.clock.advance(500)
    scene.exchange.print(1000)
    scene.exchange.refusal = null
    await scene.clock.advance(10_000)
    expect(scene.ids()).toEqual(ids(1000, 7_000))
    expect(scene.ids('stream')).toHaveLength(5_000)
    expect(scene.gaps().filter(gap => gap.includes('open')).length).toBe(
      scene.gaps().filter(gap => gap.includes('filled')).length
    )
  })

  test('fills the gaps that were still open, and closes them', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)], openGaps: [openGap(980, 989)] })
    scene.exchange.print(...ids(970, 999))
    await scene.clock.advance(10)
    scene.exchange.trade(1000)
    await scene.clock.advance(100)
    expect(scene.ids('history')).toEqual(ids(980, 989))
    expect(scene.gaps()).toEqual(['980..989 filled skipped'])
  })

  test('closes a gap that was named beyond its position, once the walk has passed it', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)], openGaps: [openGap(1_003, 1_004)] })
    scene.exchange.print(...ids(1000, 1_009))
    await scene.clock.advance(10)
    scene.exchange.trade(1_010)
    await scene.clock.advance(100)
    expect(scene.ids()).toEqual(ids(1000, 1_010))
    expect(scene.gaps()).toEqual(['1000..1009 open restart', '1000..1009 filled restart', '1003..1004 filled skipped'])
  })

  test('a gap that was named beyond its position is closed only when history shows its trades', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)], openGaps: [openGap(1_003, 1_004)] })
    scene.exchange.print(...ids(990, 999))
    await scene.clock.advance(10_000)
    expect(scene.gaps()).toEqual(['1000..1004 open restart'])
    scene.exchange.print(...ids(1_000, 1_004))
    await scene.clock.advance(10_000)
    expect(scene.ids()).toEqual(ids(1_000, 1_004))
    expect(scene.gaps().slice(1)).toEqual(['1000..1004 filled restart', '1003..1004 filled skipped'])
  })

  test('what the walk gives up stays given up in the record of a gap that was named before', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)], openGaps: [openGap(1_003, 1_004)] })
    scene.exchange.print(...ids(1000, 1_009).filter(id => id !== 1_003))
    await scene.clock.advance(10)
    scene.exchange.trade(1_010)
    await scene.clock.advance(30_000)
    const newest = new Map(scene.gapRecords().map(gap => [gap.fromId, `${gap.fromId}..${gap.toId} ${gap.status}`]))
    expect(newest.get('1003')).toBe('1003..1003 unrecoverable')
    expect(newest.get('1004')).toMatch(/^1004\.\.\d+ filled$/)
  })

  test('a gap that was named before takes nothing away from what the walk has closed around it', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)], openGaps: [openGap(1_002, 1_005)] })
    scene.exchange.print(...ids(1000, 1_009).filter(id => id !== 1_003))
    await scene.clock.advance(10)
    scene.exchange.trade(1_010)
    await scene.clock.advance(30_000)
    const newest = new Map(scene.gapRecords().map(gap => [gap.fromId, `${gap.fromId}..${gap.toId} ${gap.status}`]))
    expect([...newest.values()].toSorted()).toEqual([
      '1000..1002 filled',
      '1002..1002 filled',
      '1003..1003 unrecoverable',
      '1004..1009 filled'
    ])
  })

  test('of two gaps that name the same lost id neither is closed before that is said among the trades', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)], openGaps: [openGap(980, 984), openGap(984, 990)] })
    scene.exchange.print(...ids(970, 999))
    for (const id of [980, 984, 990]) scene.exchange.forgotten.add(id)
    await scene.clock.advance(10)
    scene.exchange.trade(1_000)
    await scene.clock.advance(30_000)
    const said = scene.broker.log().map(({ topic, value }) => `${topic} ${value}`)
    const isLost = (line: string): boolean => line.startsWith('raw_ticks') && line.includes('"fromId":"984"')
    const isClosed = (line: string): boolean => line.startsWith('gaps') && line.includes('"fromId":"984"')
    expect(said.findIndex(isLost)).toBeGreaterThanOrEqual(0)
    expect(said.findIndex(isLost)).toBeLessThan(said.findIndex(isClosed))
  })

  test('walks again over a gap that reaches beyond its position', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)], openGaps: [openGap(995, 1_004)] })
    scene.exchange.print(...ids(990, 1_009))
    await scene.clock.advance(10)
    scene.exchange.trade(1_010)
    await scene.clock.advance(100)
    expect(scene.ids()).toEqual(ids(995, 1_010))
    expect(scene.gaps()).toEqual(['995..1009 open restart', '995..1009 filled restart'])
  })
})

describe('a start that goes live with a gap among the trades that it held', () => {
  test('is not saved as caught up by trades that fill the gap and that the broker does not have yet', async () => {
    scene = openScene({ positions: [positionAt(1000, timeOf(1000))] })
    await scene.clock.advance(10)
    scene.broker.setAway(true)
    scene.exchange.trade(1001, 1005)
    await scene.clock.advance(5)
    scene.exchange.trade(1002, 1003, 1004)
    scene.broker.ackOldest()
    await scene.clock.advance(5)
    expect(scene.positions().filter(({ lastId }) => Number(lastId) > 1001)).toEqual([])
    scene.broker.setAway(false)
  })
})

import { afterEach, describe, expect, test } from '@jest/globals'
import { tradeIn } from '../../src/ingest/feed/trade-in.ts'
import type { Outgoing } from '../../src/stream/topic.ts'
import { answer } from './fake-exchange.ts'
import { ids, openLiveScene, openScene, type Scene } from './scene.ts'

const HOUR = 3_600_000

let scene: Scene
afterEach(() => scene.ingest.stop())

/** The id of a trade of `raw_ticks`; null for anything else. */
const tradeId = (record: Outgoing): number | null => {
  const trade = tradeIn(record)
  return trade && Number(trade.id)
}

/** Lets the broker refuse these trades, each so many times. */
const refuse = (refused: readonly number[], times: number): void => {
  const left = new Map(refused.map(id => [id, times]))
  scene.broker.refuses = record => {
    const id = tradeId(record)
    const more = id === null ? 0 : (left.get(id) ?? 0)
    if (id !== null && more > 0) left.set(id, more - 1)
    return more > 0
  }
}

/** Every heartbeat with the ids up to it that neither stood there nor were named in `gaps`. */
const falseVows = (): readonly string[] => {
  const known = new Set<number>()
  return scene.broker.log().flatMap(record => {
    const value = JSON.parse(record.value ?? '{}') as Readonly<Record<string, string>>
    const id = tradeId(record)
    if (id !== null) known.add(id)
    if (record.topic === 'gaps') for (const of of ids(Number(value.fromId), Number(value.toId))) known.add(of)
    if (value.kind !== 'heartbeat') return []
    return ids(1000, Number(value.lastId))
      .filter(of => !known.has(of))
      .map(of => `${value.lastId} vouches for ${of}`)
  })
}

/** Every closed gap with its ids that neither stood there nor were said to be lost by then. */
const closedEarly = (): readonly string[] => {
  const told = new Set<number>()
  return scene.broker.log().flatMap(record => {
    const value = JSON.parse(record.value ?? '{}') as Readonly<Record<string, string>>
    const range = ids(Number(value.fromId ?? value.id), Number(value.toId ?? value.id))
    if (record.topic === 'raw_ticks') for (const id of range) told.add(id)
    if (record.topic !== 'gaps' || value.status === 'open') return []
    return range.filter(id => !told.has(id)).map(id => `${value.status} before ${id}`)
  })
}

describe('a trade that the broker refuses for good', () => {
  test('is a gap, given up when what history has of it is refused as well; no heartbeat passes it before', async () => {
    scene = await openLiveScene(2_000)
    refuse([1007], Number.POSITIVE_INFINITY)
    scene.exchange.trade(...ids(1006, 1010))
    await scene.clock.advance(100)
    expect(scene.health.problems()).toEqual([expect.stringMatching(/^refused binance:BTC\/USDT: .*refuses/)])
    await scene.clock.advance(30_000)
    expect(scene.gaps()).toEqual(['1007..1007 open skipped', '1007..1007 unrecoverable skipped'])
    expect(scene.lost()).toEqual([expect.objectContaining({ fromId: '1007', toId: '1007' })])
    expect(scene.ids()).toEqual([...ids(1000, 1006), ...ids(1008, 1010)])
    expect(scene.heartbeats().at(-1)).toMatchObject({ lastId: '1010' })
    expect(falseVows()).toEqual([])
    expect(scene.health.problems()).toEqual([])
  })

  test('is not said to be complete while the broker has not said whether it takes it', async () => {
    scene = await openLiveScene(2_000)
    refuse([1006], Number.POSITIVE_INFINITY)
    scene.broker.setAway(true)
    scene.exchange.trade(1006)
    await scene.clock.advance(3_000)
    scene.broker.setAway(false)
    await scene.clock.advance(30_000)
    expect(scene.gaps()).toEqual(['1006..1006 open skipped', '1006..1006 unrecoverable skipped'])
    expect(falseVows()).toEqual([])
  })

  test('as the newest one is given up as well, though nothing follows it', async () => {
    scene = await openLiveScene(2_000)
    refuse([1006], Number.POSITIVE_INFINITY)
    scene.exchange.trade(1006)
    await scene.clock.advance(30_000)
    expect(scene.gaps()).toEqual(['1006..1006 open skipped', '1006..1006 unrecoverable skipped'])
    expect(falseVows()).toEqual([])
  })

  test('is filled when the broker takes what history has of it', async () => {
    scene = await openLiveScene(2_000)
    refuse([1006], 1)
    scene.exchange.trade(...ids(1006, 1010))
    await scene.clock.advance(5_000)
    expect(scene.gaps()).toEqual(['1006..1006 open skipped', '1006..1006 filled skipped'])
    expect(scene.ids('history')).toEqual([1006])
  })

  test('is one gap with its neighbours that are refused too', async () => {
    scene = await openLiveScene(2_000)
    refuse(ids(1010, 1400), Number.POSITIVE_INFINITY)
    scene.exchange.trade(...ids(1006, 1500))
    await scene.clock.advance(30_000)
    expect(scene.gaps()).toEqual(['1010..1400 open skipped', '1010..1400 unrecoverable skipped'])
    expect(scene.ids()).toEqual([...ids(1000, 1009), ...ids(1401, 1500)])
    expect(scene.exchange.requests.length).toBeLessThan(12)
    expect(falseVows()).toEqual([])
  })

  test('within a gap that is being filled is given up alone', async () => {
    scene = await openLiveScene(2_000)
    refuse([1008], Number.POSITIVE_INFINITY)
    scene.exchange.print(...ids(1006, 1010))
    scene.exchange.trade(1011)
    await scene.clock.advance(30_000)
    expect(scene.ids().toSorted()).toEqual([...ids(1000, 1007), ...ids(1009, 1011)])
    expect(scene.gaps()[0]).toBe('1006..1010 open skipped')
    expect(scene.gaps()).toContain('1008..1008 unrecoverable skipped')
    expect(falseVows()).toEqual([])
  })

  test('with every second one of a gap is given up with all of them at once, not one after the other', async () => {
    scene = await openLiveScene(2_000)
    const refused = ids(1006, 1105).filter(id => id % 2 === 0)
    refuse(refused, Number.POSITIVE_INFINITY)
    scene.exchange.print(...ids(1006, 1105))
    scene.exchange.trade(1106)
    await scene.clock.advance(30_000)
    expect(scene.ids().toSorted((a, b) => a - b)).toEqual(ids(1000, 1106).filter(id => !refused.includes(id)))
    expect(scene.gaps()[0]).toBe('1006..1105 open skipped')
    expect(scene.gaps().filter(gap => gap.includes('unrecoverable'))).toHaveLength(50)
    expect(scene.exchange.requests.length).toBeLessThan(12)
    expect(falseVows()).toEqual([])
    expect(closedEarly()).toEqual([])
  })

  test('and is sent again with the page of another gap, leaves its own gap open until the broker has answered', async () => {
    scene = await openLiveScene(2_000)
    refuse([1006, 1008, 1009], Number.POSITIVE_INFINITY)
    scene.exchange.trade(...ids(1006, 1010))
    scene.exchange.latencyMs = 20
    await scene.clock.advance(510)
    expect(scene.gaps()).toEqual(['1006..1006 open skipped', '1008..1009 open skipped'])
    refuse([1006, 1009], Number.POSITIVE_INFINITY)
    scene.broker.setAway(true)
    // The broker takes 1008, so its gap asks again at once; that of 1006 rests a while. Twice it sends 1009 along.
    await scene.clock.advance(100)
    scene.broker.ackOldest()
    await scene.clock.advance(100)
    scene.broker.ackOldest()
    await scene.clock.advance(170)
    // 1009 is on its way for the first time when its own gap begins to wait for what was sent, which is this trade.
    scene.exchange.trade(1011)
    await scene.clock.advance(500)
    scene.broker.ackOldest()
    await scene.clock.advance(900)
    scene.broker.ackOldest()
    await scene.clock.advance(100)
    scene.broker.setAway(false)
    await scene.clock.advance(30_000)
    expect(closedEarly()).toEqual([])
    expect(scene.gaps()).toContain('1009..1009 unrecoverable skipped')
  })

  test('is given up too, where its gap has been while the broker had not answered for it', async () => {
    scene = openScene({ heartbeatMs: 60_000, gapGiveUpMs: 2 * HOUR })
    await scene.clock.advance(10)
    scene.exchange.trade(...ids(1000, 1005))
    scene.exchange.refusal = answer(451, {})
    scene.exchange.trade(1008)
    await scene.clock.advance(1.9 * HOUR)
    refuse([1007], Number.POSITIVE_INFINITY)
    scene.broker.setAway(true)
    scene.exchange.trade(1007)
    await scene.clock.advance(0.2 * HOUR)
    scene.broker.setAway(false)
    await scene.clock.advance(60_000)
    expect(closedEarly()).toEqual([])
    expect(scene.gaps().slice(1)).toEqual(['1006..1006 unrecoverable skipped', '1007..1007 unrecoverable skipped'])
  })
})

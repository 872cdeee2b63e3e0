import { afterEach, describe, expect, test } from '@jest/globals'
import { DAY } from '../support/market.ts'
import { answer, timeOf } from './fake-exchange.ts'
import { ids, openLiveScene, openScene, positionAt, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

const heartbeatIds = (scene: Scene): readonly string[] => scene.heartbeats().map(({ lastId }) => String(lastId))

describe('a heartbeat', () => {
  test('comes once a HEARTBEAT_MS, carries the clock of the exchange on while pongs come, and trails it by the grace', async () => {
    scene = await openLiveScene(1_100)
    await scene.clock.advance(5_000)
    expect(heartbeatIds(scene)).toEqual(Array(5).fill('1005'))
    const times = scene.heartbeats().map(({ time }) => time)
    expect(times[0]).toBe(timeOf(1005))
    expect(times.at(-1)).toBeGreaterThan(timeOf(1005) + 2_000)
    expect(times.at(-1)).toBeLessThanOrEqual(timeOf(1005) + 1 + 5_000 - 1_000)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  test('has no heartbeat for time after the last sign of life', async () => {
    scene = await openLiveScene()
    scene.exchange.answersPings = false
    await scene.clock.advance(9_000)
    expect(new Set(scene.heartbeats().map(({ time }) => time))).toEqual(new Set([timeOf(1005)]))
  })

  test('does not come before the first trade', async () => {
    scene = openScene()
    await scene.clock.advance(5_000)
    expect(scene.heartbeats()).toEqual([])
  })

  test('has no heartbeat past a gap that gaps does not name yet', async () => {
    scene = await openLiveScene()
    await scene.clock.advance(700)
    scene.exchange.refusal = answer(503, null)
    scene.exchange.print(1006)
    scene.exchange.trade(1007)
    await scene.clock.advance(400)
    expect(heartbeatIds(scene)).toEqual([])
    scene.broker.setAway(true)
    await scene.clock.advance(3_000)
    expect(heartbeatIds(scene)).toEqual([])
    scene.broker.setAway(false)
    await scene.clock.advance(1_000)
    expect(heartbeatIds(scene)).toEqual(['1007'])
    const topics = scene.broker.log().map(({ topic, value }) => `${topic} ${value?.includes('heartbeat') === true}`)
    expect(topics.indexOf('gaps false')).toBeLessThan(topics.indexOf('raw_ticks true'))
  })

  test('comes after every trade up to its id', async () => {
    scene = await openLiveScene()
    for (let id = 1006; id < 1040; id++) {
      scene.exchange.trade(id)
      await scene.clock.advance(150)
    }
    const seen = new Set<string>()
    for (const tick of scene.ticks()) {
      if ('id' in tick) seen.add(tick.id)
      else if (tick.kind === 'heartbeat') expect(seen.has(String(tick.lastId))).toBe(true)
    }
    expect(heartbeatIds(scene)).toHaveLength(5)
  })

  test('stops with the connection, and waits after it for a live trade', async () => {
    scene = await openLiveScene()
    await scene.clock.advance(1_500)
    scene.exchange.accepts = false
    scene.exchange.drop()
    await scene.clock.advance(5_000)
    const before = heartbeatIds(scene).length
    scene.exchange.accepts = true
    scene.exchange.refusal = answer(503, null)
    await scene.clock.advance(20_000)
    expect(heartbeatIds(scene)).toHaveLength(before)
    scene.exchange.trade(1006)
    await scene.clock.advance(1_000)
    expect(heartbeatIds(scene)).toHaveLength(before + 1)
  })

  test('is not owed to a trade just behind the opening: one with a higher id may have been sent before it', async () => {
    scene = await openLiveScene()
    await scene.clock.advance(1_500)
    scene.exchange.drop()
    scene.exchange.print(1007)
    await scene.clock.advance(200)
    expect(scene.exchange.peers.map(({ open }) => open)).toEqual([true])
    scene.exchange.trade(1006)
    await scene.clock.advance(5_000)
    expect(heartbeatIds(scene)).not.toContain('1006')
    expect(heartbeatIds(scene).at(-1)).toBe('1007')
    expect(scene.gaps()).toEqual(['1007..1007 open skipped', '1007..1007 filled skipped'])
  })

  test('is not owed to a trade that was held since an earlier connection', async () => {
    scene = openScene({ positions: [positionAt(990, DAY)] })
    scene.exchange.print(...ids(991, 999))
    scene.exchange.refusal = answer(503, null)
    await scene.clock.advance(700)
    scene.exchange.trade(1000)
    await scene.clock.advance(10)
    scene.exchange.drop()
    scene.exchange.print(1001)
    await scene.clock.advance(300)
    scene.exchange.refusal = null
    await scene.clock.advance(20_000)
    expect(heartbeatIds(scene)).not.toContain('1000')
    expect(heartbeatIds(scene).at(-1)).toBe('1001')
    expect(scene.ids()).toEqual(ids(991, 1001))
  })

  test('comes again without a live trade once history has shown that none was missed', async () => {
    scene = await openLiveScene()
    await scene.clock.advance(1_500)
    scene.exchange.drop()
    await scene.clock.advance(900)
    const before = heartbeatIds(scene).length
    await scene.clock.advance(3_000)
    expect(heartbeatIds(scene).length).toBeGreaterThan(before)
    expect(scene.gaps()).toEqual([])
  })

  test('names no id at an earlier time than its trade can have, though only the id is known', async () => {
    scene = await openLiveScene(5_000)
    scene.exchange.forgotten.add(1006)
    const printedAt = scene.clock.now()
    scene.exchange.odd.set(1006, { T: printedAt + 3_600_000 })
    scene.exchange.sendTrade(1006)
    await scene.clock.advance(6_000)
    const naming = scene.heartbeats().filter(({ lastId }) => lastId === '1006')
    expect(naming.length).toBeGreaterThan(0)
    expect(naming.filter(({ time }) => time < printedAt)).toEqual([])
  })

  test('is for the trades that were missed as well, where history has some', async () => {
    scene = await openLiveScene()
    scene.exchange.drop()
    scene.exchange.print(1006, 1007)
    await scene.clock.advance(4_000)
    expect(scene.gaps()).toEqual(['1006..1007 open disconnect', '1006..1007 filled disconnect'])
    expect(scene.ids()).toEqual(ids(1000, 1007))
    expect(heartbeatIds(scene).at(-1)).toBe('1007')
  })

  test('never goes back in time, not even over a restart', async () => {
    scene = openScene({ positions: [positionAt(999, DAY + 4_000)] })
    await scene.clock.advance(10)
    scene.exchange.trade(1000)
    await scene.clock.advance(3_000)
    expect(scene.heartbeats()[0]).toMatchObject({ time: DAY + 4_000, lastId: '1000' })
  })

  test('does not repeat what an earlier run has said of the future', async () => {
    scene = openScene({ positions: [positionAt(999, DAY + 3_600_000)] })
    await scene.clock.advance(10)
    scene.exchange.trade(1000)
    await scene.clock.advance(3_000)
    expect(scene.heartbeats().length).toBeGreaterThan(0)
    for (const { time } of scene.heartbeats()) expect(time).toBeLessThanOrEqual(scene.clock.now())
  })

  test('after a restart says nothing to be complete that was printed before the connection was opened, until that is proven', async () => {
    scene = openScene({ positions: [positionAt(999, DAY)] })
    scene.exchange.accepts = false
    await scene.clock.advance(2_500)
    scene.exchange.print(1000)
    scene.exchange.accepts = true
    await scene.clock.advance(10_000)
    expect(scene.gaps()).toEqual(['1000..1000 open restart', '1000..1000 filled restart'])
    expect(scene.ids('history')).toEqual([1000])
  })

  test('is followed by the position, once the broker has it and not before', async () => {
    scene = await openLiveScene()
    const before = scene.positions().length
    scene.broker.setAway(true)
    await scene.clock.advance(3_000)
    expect(heartbeatIds(scene)).toEqual(['1005'])
    expect(scene.positions()).toHaveLength(before)
    scene.broker.setAway(false)
    await scene.clock.advance(10)
    expect(scene.positions().at(-1)).toMatchObject({ lastId: '1005', time: scene.heartbeats()[0]!.time })
  })

  test('a pong that was long on its way proves no more than the moment of its ping', async () => {
    scene = openScene()
    await scene.clock.advance(10)
    scene.exchange.trade(1000)
    scene.exchange.answersPings = false
    await scene.clock.advance(5_000)
    const [peer] = scene.exchange.peers
    expect(peer?.pings).toBeGreaterThan(0)
    peer?.events.onPong()
    await scene.clock.advance(1_100)
    expect(scene.heartbeats().at(-1)?.time).toBeLessThan(timeOf(1000) + 2_000)
  })
})

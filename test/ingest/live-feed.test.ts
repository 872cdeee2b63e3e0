import { afterEach, describe, expect, test } from '@jest/globals'
import { DAY } from '../support/market.ts'
import { answer, timeOf } from './fake-exchange.ts'
import { ids, openLiveScene, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

/** A feed that is live: trades 1000..1005 stand, and history was asked what came before. */
describe('a live feed', () => {
  test('publishes each trade at once, with the time of the exchange, and each id once', async () => {
    scene = await openLiveScene(50)
    scene.exchange.trade(1006)
    expect(scene.ids()).toEqual(ids(1000, 1006))
    scene.exchange.trade(1006, 1003)
    await scene.clock.advance(2_000)
    expect(scene.ids()).toEqual(ids(1000, 1006))
    expect(scene.trades().at(-1)).toMatchObject({ time: timeOf(1006), via: 'stream', price: '100' })
    expect(scene.broker.log().find(({ topic }) => topic === 'raw_ticks')).toMatchObject({
      key: 'binance:BTC/USDT',
      time: timeOf(1000)
    })
  })

  test('does not ask history about trades that only come out of order', async () => {
    scene = await openLiveScene(2_000)
    const asked = scene.exchange.requests.length
    scene.exchange.trade(1008, 1006, 1009)
    await scene.clock.advance(400)
    scene.exchange.trade(1007)
    await scene.clock.advance(2_000)
    expect(scene.ids()).toEqual([...ids(1000, 1005), 1008, 1006, 1009, 1007])
    expect(scene.exchange.requests).toHaveLength(asked)
    expect(scene.gaps()).toEqual([])
  })

  test('fills a gap from history after half a second, and names it in gaps before and after', async () => {
    scene = await openLiveScene(50)
    scene.exchange.print(...ids(1006, 1009))
    scene.exchange.trade(1010)
    await scene.clock.advance(450)
    expect(scene.gaps()).toEqual([])
    await scene.clock.advance(100)
    expect(scene.ids('history')).toEqual(ids(1006, 1009))
    expect(scene.gaps()).toEqual(['1006..1009 open skipped', '1006..1009 filled skipped'])
    const order = scene.broker.log().map(({ topic }) => topic)
    expect(order.slice(order.indexOf('gaps'))).toEqual(['gaps', ...Array(4).fill('raw_ticks'), 'gaps'])
  })

  test('names only what is still missing after the wait', async () => {
    scene = await openLiveScene(50)
    scene.exchange.print(1006, 1008)
    scene.exchange.trade(1009, 1007)
    await scene.clock.advance(600)
    expect(scene.gaps().toSorted()).toEqual([
      '1006..1006 filled skipped',
      '1006..1006 open skipped',
      '1008..1008 filled skipped',
      '1008..1008 open skipped'
    ])
    expect(scene.ids('history').toSorted()).toEqual([1006, 1008])
  })

  test('keeps asking while history fails, and fills the gap when it answers again', async () => {
    scene = await openLiveScene(50)
    scene.exchange.refusal = answer(503, { code: -1000 })
    scene.exchange.print(1006)
    scene.exchange.trade(1007)
    await scene.clock.advance(60_000)
    expect(scene.gaps()).toEqual(['1006..1006 open skipped'])
    expect(scene.health.problems()).toEqual([expect.stringContaining('HTTP 503')])
    scene.exchange.refusal = null
    await scene.clock.advance(6_000)
    expect(scene.ids('history')).toEqual([1006])
    expect(scene.gaps()).toEqual(['1006..1006 open skipped', '1006..1006 filled skipped'])
    expect(scene.health.problems()).toEqual([])
  })

  test('takes from history only what the stream has not brought meanwhile, and closes the gap as it was opened', async () => {
    scene = await openLiveScene(50)
    scene.exchange.refusal = answer(503, null)
    scene.exchange.print(...ids(1006, 1008))
    scene.exchange.trade(1009)
    await scene.clock.advance(1_000)
    scene.exchange.trade(1006)
    scene.exchange.refusal = null
    await scene.clock.advance(6_000)
    expect(scene.ids().toSorted()).toEqual(ids(1000, 1009))
    expect(scene.gaps()).toEqual(['1006..1008 open skipped', '1006..1008 filled skipped'])
  })

  test('waits for a history that trails the stream, and gives nothing up', async () => {
    scene = await openLiveScene(50)
    scene.exchange.historyUpTo = 1005
    scene.exchange.print(1006)
    scene.exchange.trade(1007)
    await scene.clock.advance(20_000)
    expect(scene.gaps()).toEqual(['1006..1006 open skipped'])
    scene.exchange.historyUpTo = 2000
    await scene.clock.advance(6_000)
    expect(scene.gaps().at(-1)).toBe('1006..1006 filled skipped')
  })

  test('gives up exactly the ids that history passes over, and says so among the trades', async () => {
    scene = await openLiveScene(50)
    for (const id of [1008, 1009, 1012]) scene.exchange.forgotten.add(id)
    scene.exchange.print(...ids(1006, 1014))
    scene.exchange.trade(1015)
    await scene.clock.advance(20_000)
    expect(scene.ids('history')).toEqual([1006, 1007, 1010, 1011, 1013, 1014])
    expect(scene.gaps()).toEqual([
      '1006..1014 open skipped',
      '1006..1007 filled skipped',
      '1008..1009 unrecoverable skipped',
      '1010..1011 filled skipped',
      '1012..1012 unrecoverable skipped',
      '1013..1014 filled skipped'
    ])
    expect(scene.lost()).toMatchObject([
      { fromId: '1008', toId: '1009' },
      { fromId: '1012', toId: '1012' }
    ])
    expect(scene.lost()[0]!.time).toBeGreaterThanOrEqual(timeOf(1015))
  })

  test('asks more than once before it gives ids up, for history that has later ids first', async () => {
    scene = await openLiveScene(50)
    scene.exchange.forgotten.add(1006)
    scene.exchange.print(1006)
    scene.exchange.trade(1007)
    await scene.clock.advance(1_200)
    expect(scene.gaps()).toEqual(['1006..1006 open skipped'])
    scene.exchange.forgotten.clear()
    await scene.clock.advance(5_000)
    expect(scene.gaps()).toEqual(['1006..1006 open skipped', '1006..1006 filled skipped'])
    expect(scene.lost()).toEqual([])
  })

  test('overwrites the record of a gap that is lost from its first id on', async () => {
    scene = await openLiveScene(50)
    scene.exchange.forgotten.add(1006)
    scene.exchange.print(1006, 1007)
    scene.exchange.trade(1008)
    await scene.clock.advance(20_000)
    expect(scene.gaps()).toEqual([
      '1006..1007 open skipped',
      '1006..1006 unrecoverable skipped',
      '1007..1007 filled skipped'
    ])
  })

  test('fills a gap of many pages', async () => {
    scene = await openLiveScene(50)
    scene.exchange.print(...ids(1006, 4499))
    scene.exchange.trade(4500)
    await scene.clock.advance(1_000)
    expect(scene.ids('history')).toEqual(ids(1006, 4499))
    expect(scene.gaps()).toEqual(['1006..4499 open skipped', '1006..4499 filled skipped'])
  })

  test('puts what it cannot read into dead letters, with the exact bytes, and goes on', async () => {
    scene = await openLiveScene(50)
    const bytes = '{"stream":"btcusdt@trade","data":{"e":"trade","p":"NaN"}}'
    scene.exchange.send(bytes)
    scene.exchange.trade(1006)
    await scene.clock.advance(10)
    const [letter] = scene.deadLetters()
    expect(letter).toMatchObject({
      stage: 'ingest',
      reason: 'undecodable',
      origin: { exchange: 'binance', stream: 'btcusdt@trade' },
      receivedAt: DAY + 60
    })
    expect(Buffer.from(letter!.payload, 'base64').toString()).toBe(bytes)
    expect(scene.ids()).toEqual(ids(1000, 1006))
  })

  test('lets the socket rest while the broker is behind, and go on when it has caught up', async () => {
    scene = await openLiveScene(50)
    scene.broker.setAway(true)
    scene.exchange.trade(...ids(1006, 1009))
    expect(scene.exchange.peers[0]).toMatchObject({ paused: true })
    await scene.clock.advance(30_000)
    expect(scene.exchange.peers[0]).toMatchObject({ paused: true, open: true })
    scene.broker.setAway(false)
    await scene.clock.advance(100)
    expect(scene.exchange.peers[0]).toMatchObject({ paused: false, open: true })
  })
})

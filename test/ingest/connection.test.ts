import { afterEach, describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import type { Exchange } from '../../src/exchange/exchange.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { ids, openLiveScene, openScene, type Scene } from './scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

const withLimits = (limits: Partial<Exchange['limits']>): Exchange => {
  const binance = createBinance('binance')
  return { ...binance, limits: { ...binance.limits, ...limits } }
}
const SHUTDOWN = '{"e":"serverShutdown","E":1723161600000}'

describe('the connection to the exchange', () => {
  test('asks for its streams in the address', async () => {
    scene = openScene()
    await scene.clock.advance(10)
    expect(scene.exchange.peers.map(({ url }) => url)).toEqual(['ws://exchange/stream?streams=btcusdt@trade'])
    expect(scene.health.problems()).toEqual([])
  })

  test('is opened again at once after a break, and what was missed is a gap of a disconnect', async () => {
    scene = await openLiveScene()
    scene.exchange.drop()
    expect(scene.exchange.peers).toHaveLength(0)
    scene.exchange.print(1006, 1007)
    await scene.clock.advance(200)
    scene.exchange.trade(1008)
    await scene.clock.advance(600)
    expect(scene.ids()).toEqual([...ids(1000, 1005), 1008, 1006, 1007])
    expect(scene.gaps()).toEqual(['1006..1007 open disconnect', '1006..1007 filled disconnect'])
  })

  test('is tried again for ever, less and less often, and health says why', async () => {
    scene = await openLiveScene()
    scene.exchange.accepts = false
    scene.exchange.drop()
    await scene.clock.advance(120_000)
    expect(scene.health.problems()).toEqual([expect.stringContaining('503')])
    scene.exchange.accepts = true
    await scene.clock.advance(10_000)
    scene.exchange.trade(1006)
    expect(scene.ids()).toEqual(ids(1000, 1006))
    expect(scene.health.problems()).toEqual([])
  })

  test('is ended when neither frames nor pongs come', async () => {
    scene = await openLiveScene()
    const [first] = scene.exchange.peers
    scene.exchange.answersPings = false
    await scene.clock.advance(9_000)
    expect(scene.exchange.peers[0]).toBe(first)
    await scene.clock.advance(3_000)
    expect(scene.exchange.peers[0]).not.toBe(first)
    expect(scene.exchange.peers).toHaveLength(1)
  })

  test('of a quiet market is kept as long as pongs come, at the pace of the exchange', async () => {
    scene = await openLiveScene()
    const [first] = scene.exchange.peers
    await scene.clock.advance(60_000)
    expect(scene.exchange.peers[0]).toBe(first)
    expect(first!.pings).toBeLessThanOrEqual(60)
  })

  test('is replaced before the exchange shuts down: the new one first, the old one a moment after its first frame', async () => {
    scene = await openLiveScene()
    const [old] = scene.exchange.peers
    scene.exchange.send(SHUTDOWN)
    await scene.clock.advance(10)
    expect(scene.exchange.peers).toHaveLength(2)
    await scene.clock.advance(5_000)
    expect(old).toMatchObject({ open: true })
    scene.exchange.trade(1006, 1007)
    await scene.clock.advance(1_100)
    expect(old).toMatchObject({ open: false })
    const asked = scene.exchange.requests.length
    await scene.clock.advance(3_000)
    expect(scene.exchange.requests).toHaveLength(asked)
    scene.exchange.trade(1008)
    await scene.clock.advance(1_000)
    expect(scene.ids()).toEqual(ids(1000, 1008))
    expect(scene.gaps()).toEqual([])
    expect(scene.heartbeats().at(-1)).toMatchObject({ lastId: '1008' })
  })

  test('lives on while its replacement cannot be opened', async () => {
    scene = await openLiveScene()
    scene.exchange.accepts = false
    scene.exchange.send(SHUTDOWN)
    await scene.clock.advance(20_000)
    scene.exchange.trade(1006)
    expect(scene.ids()).toEqual(ids(1000, 1006))
    scene.exchange.accepts = true
    await scene.clock.advance(11_000)
    expect(scene.exchange.peers).toHaveLength(2)
  })

  test('is replaced before the exchange would end it', async () => {
    scene = openScene({ exchange: withLimits({ connectionLifetimeMs: 100_000 }) })
    await scene.clock.advance(90_000)
    const [old] = scene.exchange.peers
    expect(scene.exchange.peers).toHaveLength(1)
    await scene.clock.advance(9_000)
    expect(scene.exchange.peers).toHaveLength(2)
    scene.exchange.trade(1001)
    await scene.clock.advance(1_100)
    expect(scene.exchange.peers).not.toContain(old)
  })

  test('subscribes what the address cannot hold by messages, slowly, and is up when all are answered', async () => {
    const instruments = ids(1, 600).map(i => parseInstrument(`binance:COIN${i}/USDT`))
    scene = openScene({ instruments })
    await scene.clock.advance(100)
    const [peer] = scene.exchange.peers
    expect(peer!.url.length).toBeLessThan(4_100)
    expect(peer!.sent).toHaveLength(1)
    await scene.clock.advance(5_000)
    const asked = peer!.sent.flatMap(text => JSON.parse(text).params.length)
    expect(asked.reduce((sum, count) => sum + count, 0) + peer!.url.split('/').length - 3).toBe(600)
    expect(scene.health.problems()).toHaveLength(1)
    for (const text of peer!.sent) scene.exchange.send(JSON.stringify({ result: null, id: JSON.parse(text).id }))
    expect(scene.health.problems()).toEqual([])
  })

  test('subscribes by messages alone where the address holds no streams, at the pace and size that the exchange allows', async () => {
    const limits = { streamBytesInAddress: 0, streamsPerMessage: 2, messages: { max: 4, perMs: 2_000 } }
    const exchange: Exchange = {
      ...withLimits(limits),
      route: () => 'spot',
      socketPath: (_, route) => `/ws/${route}`
    }
    const instruments = ['A', 'B', 'C', 'D', 'E'].map(base => parseInstrument(`binance:${base}/USDT`))
    scene = openScene({ exchange, instruments })
    await scene.clock.advance(10)
    const [peer] = scene.exchange.peers
    expect(peer!.url).toBe('ws://exchange/ws/spot')
    const asked = (): readonly unknown[] => peer!.sent.map(text => JSON.parse(text).params)
    expect(asked()).toEqual([['ausdt@trade', 'busdt@trade']])
    await scene.clock.advance(1_900)
    expect(asked()).toHaveLength(1)
    await scene.clock.advance(2_200)
    expect(scene.exchange.peers).toEqual([peer])
    expect(asked().flat()).toEqual(['a', 'b', 'c', 'd', 'e'].map(base => `${base}usdt@trade`))
  })

  test('is one of several where the exchange carries fewer streams on each', async () => {
    const exchange = withLimits({ streamsPerConnection: 2 })
    const instruments = ['A', 'B', 'C'].map(base => parseInstrument(`binance:${base}/USDT`))
    scene = openScene({ exchange, instruments })
    await scene.clock.advance(10)
    expect(scene.exchange.peers.map(({ url }) => url)).toEqual([
      'ws://exchange/stream?streams=ausdt@trade/busdt@trade',
      'ws://exchange/stream?streams=cusdt@trade'
    ])
  })
})

describe('the stop', () => {
  test('closes the sockets and ends all work', async () => {
    scene = await openLiveScene()
    scene.ingest.stop()
    expect(scene.exchange.peers).toEqual([])
    const written = scene.broker.log().length
    await scene.clock.advance(60_000)
    expect(scene.broker.log()).toHaveLength(written)
    expect(scene.exchange.peers).toEqual([])
  })
})

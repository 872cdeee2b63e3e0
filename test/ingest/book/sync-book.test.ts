import { afterEach, describe, expect, test } from '@jest/globals'
import { metrics } from '../../../src/runtime/observe/metrics.ts'
import { DAY } from '../../support/market.ts'
import { answer } from '../fake-exchange.ts'
import { openQuotesScene, openWholeScene, type QuotesScene } from './quotes-scene.ts'

let scene: QuotesScene
afterEach(() => scene.ingest.stop())

const asksOf = (native: string): number => scene.rest.asked.filter(request => request.native === native).length

const staleBooks = async (): Promise<number> => (await metrics.booksStale.get()).values[0]?.value ?? 0

const levelsShown = () => scene.books().map(({ bids, asks, stale }) => (stale ? 'stale' : `${bids[0]} ${asks[0]}`))

describe('a book that begins', () => {
  test('asks for a snapshot once its changes flow, and shows what both come to', async () => {
    scene = await openQuotesScene()
    const { BTCUSDT } = scene.market
    scene.send(BTCUSDT.change({ bids: [['99', '5']] }))
    await scene.clock.advance(15)
    expect(scene.books()).toEqual([])
    scene.send(BTCUSDT.change({ asks: [['100.5', '2']] }))
    await scene.clock.advance(10)
    expect(scene.books()).toEqual([
      {
        exchange: 'binance',
        symbol: 'BTC/USDT',
        time: DAY + 15,
        receivedAt: DAY + 15,
        lastUpdateId: '1004',
        bids: [
          ['100', '1'],
          ['99', '5']
        ],
        asks: [
          ['100.5', '2'],
          ['101', '1']
        ]
      }
    ])
  })

  test('takes another snapshot where the first is older than its changes', async () => {
    scene = await openQuotesScene()
    const { BTCUSDT } = scene.market
    const old = BTCUSDT.snapshot()
    scene.rest.answers = [answer(200, old)]
    BTCUSDT.change({ bids: [['98', '1']] })
    scene.send(BTCUSDT.change({ bids: [['99', '5']] }))
    await scene.clock.advance(30)
    expect(scene.books()).toEqual([])
    await scene.clock.advance(1_000)
    expect(asksOf('BTCUSDT')).toBe(2)
    expect(scene.books().at(-1)?.bids).toEqual([
      ['100', '1'],
      ['99', '5'],
      ['98', '1']
    ])
  })

  test('keeps only the changes after a jump for its snapshot', async () => {
    scene = await openQuotesScene()
    const { BTCUSDT } = scene.market
    scene.send(BTCUSDT.change({ bids: [['98', '1']] }))
    BTCUSDT.change({ bids: [['97', '1']] })
    scene.send(BTCUSDT.change({ bids: [['96', '1']] }))
    await scene.clock.advance(100)
    expect(
      scene
        .books()
        .at(-1)
        ?.bids.map(([price]) => price)
    ).toEqual(['100', '98', '97', '96'])
    expect(asksOf('BTCUSDT')).toBe(1)
  })

  test('waits longer and longer while no snapshot can be read, says so, and is whole when one can', async () => {
    scene = await openQuotesScene()
    scene.rest.answers = Array.from({ length: 100 }, () => answer(503, { code: -1000 }))
    await scene.clock.advance(60_000)
    const asked = asksOf('BTCUSDT')
    expect(asked).toBeGreaterThan(5)
    expect(asked).toBeLessThan(20)
    expect(scene.health.problems()).toEqual([expect.stringMatching(/order books binance: HTTP 503/)])
    scene.rest.answers = []
    scene.send(scene.market.BTCUSDT.change({ bids: [['99', '5']] }))
    await scene.clock.advance(11_000)
    expect(scene.books()).toHaveLength(1)
    expect(scene.health.problems()).toEqual([])
  })

  test('leaves the exchange alone as long as it asks for, and history with it', async () => {
    scene = await openQuotesScene()
    scene.rest.answers = [answer(429, null, { 'retry-after': '7' })]
    await scene.clock.advance(6_900)
    scene.exchange.trade(1000, 1002)
    expect(scene.rest.asked).toHaveLength(1)
    expect(scene.exchange.requests).toEqual([])
    await scene.clock.advance(2_000)
    expect(scene.rest.asked).toHaveLength(3)
    expect(scene.exchange.requests).not.toEqual([])
  })

  test('is not made of a snapshot that is crossed, or that nobody can read', async () => {
    scene = await openQuotesScene()
    const { BTCUSDT } = scene.market
    const crossed = { ...BTCUSDT.snapshot(), bids: [['101', '1']] }
    scene.rest.answers = [answer(200, crossed), answer(200, { lastUpdateId: 'x' })]
    scene.send(BTCUSDT.change({ bids: [['99', '5']] }))
    await scene.clock.advance(50)
    expect(scene.books()).toEqual([])
    await scene.clock.advance(5_000)
    expect(levelsShown()).toEqual(['100,1 101,1'])
  })
})

describe('a whole book', () => {
  test('is published when it changes, at most once a second, and its newest state at last', async () => {
    scene = await openWholeScene()
    expect(scene.books()).toHaveLength(1)
    await scene.clock.advance(5_000)
    expect(scene.books()).toHaveLength(1)
    for (let n = 1; n <= 24; n++) {
      scene.send(scene.market.BTCUSDT.change({ bids: [['99', String(n)]] }))
      await scene.clock.advance(100)
    }
    expect(scene.books().map(({ bids }) => bids[1]?.[1])).toEqual(['5', '1', '10', '20'])
    await scene.clock.advance(1_000)
    expect(scene.books().at(-1)?.bids[1]).toEqual(['99', '24'])
  })

  test('shows ten levels a side', async () => {
    scene = await openWholeScene()
    const bids = Array.from({ length: 15 }, (_, n) => [`9${n}.5`, '1'] as const)
    scene.send(scene.market.BTCUSDT.change({ bids: bids.map(([price, size]) => [price.slice(-4), size]) }))
    expect(scene.books().at(-1)?.bids).toHaveLength(10)
  })

  test('that misses a change is void: one stale record, and it alone is built anew', async () => {
    scene = await openWholeScene()
    const { BTCUSDT, ETHUSDT } = scene.market
    const before = await metrics.bookResyncs.get()
    const stale = await staleBooks()
    BTCUSDT.change({ bids: [['100.2', '3']] })
    scene.send(BTCUSDT.change({ bids: [['99', '6']] }), ETHUSDT.change({ bids: [['99', '6']] }))
    expect(scene.books().at(-1)).toMatchObject({
      stale: true,
      bids: [],
      asks: [],
      lastUpdateId: '1002',
      time: DAY + 1_100
    })
    expect((await staleBooks()) - stale).toBe(1)
    await scene.clock.advance(2_000)
    expect(levelsShown()).toEqual(['100,1 101,1', 'stale', '100.2,3 101,1'])
    expect([asksOf('BTCUSDT'), asksOf('ETHUSDT')]).toEqual([2, 1])
    expect(scene.books('ETH/USDT').map(({ stale }) => stale)).toEqual([undefined, undefined])
    const after = await metrics.bookResyncs.get()
    expect(await staleBooks()).toBe(stale)
    expect((after.values[0]?.value ?? 0) - (before.values[0]?.value ?? 0)).toBe(1)
  })

  test('whose changes come in another order is void as well, and whole again', async () => {
    scene = await openWholeScene()
    const [first, second] = [['99', '1'] as const, ['99', '2'] as const].map(level =>
      scene.market.BTCUSDT.change({ bids: [level] })
    )
    scene.send(second!, first!)
    await scene.clock.advance(2_000)
    expect(levelsShown()).toEqual(['100,1 101,1', 'stale', '100,1 101,1'])
    expect(scene.books().at(-1)?.bids[1]).toEqual(['99', '2'])
  })

  test('ignores changes that come again', async () => {
    scene = await openWholeScene()
    const change = scene.market.BTCUSDT.change({ bids: [['99', '1']] })
    const next = scene.market.BTCUSDT.change({ bids: [['99', '2']] })
    scene.send(change, change, next, change, next)
    await scene.clock.advance(2_000)
    expect(levelsShown()).toEqual(['100,1 101,1', '100,1 101,1', '100,1 101,1'])
    expect(asksOf('BTCUSDT')).toBe(1)
  })

  test('that is crossed is never shown', async () => {
    scene = await openWholeScene()
    scene.send(scene.market.BTCUSDT.change({ bids: [['101', '1']] }))
    expect(levelsShown()).toEqual(['100,1 101,1', 'stale'])
    scene.send(scene.market.BTCUSDT.change({ bids: [['101', '0']] }))
    await scene.clock.advance(2_000)
    expect(levelsShown()).toEqual(['100,1 101,1', 'stale', '100,1 101,1'])
  })

  test('that breaks again and again is built anew less and less often', async () => {
    scene = await openWholeScene()
    for (let n = 0; n < 300; n++) {
      scene.market.BTCUSDT.change({ bids: [['98', String(n + 1)]] })
      scene.send(scene.market.BTCUSDT.change({ bids: [['99', String(n + 1)]] }))
      await scene.clock.advance(100)
    }
    expect(asksOf('BTCUSDT')).toBeLessThan(15)
  })

  test('that has almost outrun its snapshot takes the next one, and is shown all the while', async () => {
    scene = await openWholeScene()
    const { BTCUSDT } = scene.market
    const ladder = Array.from({ length: 1_000 }, (_, n) => [String(1_000 + n), '1'] as const)
    const beyond = Array.from({ length: 1_000 }, (_, n) => [String(2_000 + n), '1'] as const)
    BTCUSDT.change({ asks: [...ladder, ...beyond, ['101', '0']] })
    const gone = BTCUSDT.snapshot()
    scene.rest.answers = [answer(200, { ...gone, asks: gone.asks.slice(0, 1_000) })]
    scene.send(BTCUSDT.change({ bids: [['99', '6']] }))
    await scene.clock.advance(2_000)
    expect(asksOf('BTCUSDT')).toBe(2)
    scene.send(BTCUSDT.change({ asks: ladder.slice(0, 950).map(([price]) => [price, '0']) }))
    await scene.clock.advance(1_000)
    expect(asksOf('BTCUSDT')).toBe(3)
    scene.send(BTCUSDT.change({ asks: ladder.slice(950).map(([price]) => [price, '0']) }))
    await scene.clock.advance(1_000)
    expect(levelsShown().slice(-2)).toEqual(['100,1 1950,1', '100,1 2000,1'])
    expect(
      scene
        .books()
        .at(-1)
        ?.asks.map(([price]) => Number(price))
    ).toEqual(beyond.slice(0, 10).map(([p]) => Number(p)))
    expect(scene.books().filter(({ stale }) => stale)).toHaveLength(1)
  })

  test('that has outrun its snapshot while no other can be had is stale', async () => {
    scene = await openWholeScene()
    const { BTCUSDT } = scene.market
    const asks = Array.from({ length: 1_000 }, (_, n) => [String(1_000 + n), '1'] as const)
    BTCUSDT.change({ asks: [...asks, ['101', '0']] })
    scene.send(BTCUSDT.change({ bids: [['99', '6']] }))
    await scene.clock.advance(2_000)
    scene.rest.answers = Array.from({ length: 100 }, () => answer(503, null))
    scene.send(BTCUSDT.change({ asks: asks.slice(0, 950).map(([price]) => [price, '0']) }))
    await scene.clock.advance(1_000)
    expect(levelsShown().at(-1)).toBe('100,1 1950,1')
    scene.send(BTCUSDT.change({ asks: asks.slice(950, 995).map(([price]) => [price, '0']) }))
    expect(levelsShown().at(-1)).toBe('stale')
  })
})

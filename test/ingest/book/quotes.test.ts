import { afterEach, describe, expect, test } from '@jest/globals'
import { DAY } from '../../support/market.ts'
import { ids } from '../scene.ts'
import { openQuotesScene, openWholeScene, type QuotesScene, tickerFrame } from './quotes-scene.ts'

let scene: QuotesScene
afterEach(() => scene.ingest.stop())

describe('the connection of books and tickers', () => {
  test('is one of its own, beside that of the trades', async () => {
    scene = await openQuotesScene()
    expect(scene.exchange.peers.map(({ url }) => url)).toEqual([
      'ws://exchange/stream?streams=btcusdt@trade/ethusdt@trade',
      'ws://exchange/stream?streams=btcusdt@depth@100ms/btcusdt@ticker/btcusdt@kline_1m/ethusdt@depth@100ms/ethusdt@ticker/ethusdt@kline_1m'
    ])
  })

  test('voids the books when it breaks, says so once, and leaves the trades alone', async () => {
    scene = await openWholeScene()
    scene.exchange.trade(...ids(1000, 1003))
    scene.cut()
    expect(scene.books().at(-1)).toMatchObject({ stale: true, bids: [], asks: [] })
    scene.market.BTCUSDT.change({ bids: [['100.5', '1']] })
    await scene.clock.advance(500)
    scene.exchange.trade(1004)
    scene.send(scene.market.BTCUSDT.change({ bids: [['99', '7']] }))
    await scene.clock.advance(2_000)
    expect(scene.books().map(({ stale, bids }) => stale ?? bids[0]?.[0])).toEqual(['100', true, '100.5'])
    expect(scene.gaps()).toEqual([])
    expect(scene.ids('stream')).toEqual(ids(1000, 1004))
  })

  test('is replaced without a break: the books go on, whichever link is ahead', async () => {
    scene = await openWholeScene()
    const { BTCUSDT } = scene.market
    const [old] = scene.peers()
    old!.events.onFrame(Buffer.from('{"e":"serverShutdown","E":1723161600000}'), false)
    await scene.clock.advance(500)
    const young = scene.peers()[1]!
    const changes = Array.from({ length: 12 }, (_, n) =>
      Buffer.from(BTCUSDT.change({ bids: [['99', String(n + 10)]] }))
    )
    for (const change of changes.slice(2, 6)) young.events.onFrame(change, false)
    for (const change of changes.slice(0, 4)) old!.events.onFrame(change, false)
    for (const change of changes.slice(6)) young.events.onFrame(change, false)
    await scene.clock.advance(3_000)
    expect(scene.peers()).toEqual([young])
    expect(scene.books().filter(({ stale }) => stale)).toEqual([])
    expect(scene.books().at(-1)).toMatchObject({
      lastUpdateId: '1026',
      bids: [
        ['100', '1'],
        ['99', '21']
      ]
    })
    expect(scene.rest.asked).toHaveLength(2)
  })

  test('that is replaced while a change is lost voids the book all the same', async () => {
    scene = await openWholeScene()
    const { BTCUSDT } = scene.market
    const [old] = scene.peers()
    old!.events.onFrame(Buffer.from('{"e":"serverShutdown","E":1723161600000}'), false)
    await scene.clock.advance(500)
    const young = scene.peers()[1]!
    old!.events.onFrame(Buffer.from(BTCUSDT.change({ bids: [['99', '2']] })), false)
    BTCUSDT.change({ bids: [['98', '3']] })
    for (let n = 0; n < 25; n++) {
      young.events.onFrame(Buffer.from(BTCUSDT.change({ bids: [['99', String(n + 3)]] })), false)
      await scene.clock.advance(100)
    }
    await scene.clock.advance(2_000)
    expect(scene.books().filter(({ stale }) => stale)).toHaveLength(1)
    expect(scene.books().at(-1)?.bids.slice(1)).toEqual([
      ['99', '27'],
      ['98', '3']
    ])
  })

  test('buries what nobody can read, with its exact bytes', async () => {
    scene = await openQuotesScene()
    const frames = [
      '{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1}}',
      tickerFrame(1, { c: 'NaN' }),
      'depth?'
    ]
    scene.send(...frames)
    const payloads = scene.deadLetters().map(({ payload }) => Buffer.from(payload, 'base64').toString())
    expect(payloads).toEqual(frames)
    expect(scene.deadLetters()[0]?.origin).toEqual({ exchange: 'binance', stream: 'btcusdt@depth@100ms' })
  })
})

describe('a ticker', () => {
  test('is published as it comes, but for those that are not newer than the last', async () => {
    scene = await openQuotesScene()
    scene.send(tickerFrame(1_000), tickerFrame(2_000), tickerFrame(1_500), tickerFrame(2_000), tickerFrame(3_000))
    expect(scene.tickers().map(({ time }) => time - DAY)).toEqual([1_000, 2_000, 3_000])
    expect(scene.tickers()[0]).toMatchObject({ symbol: 'BTC/USDT', close: '100.5', bid: '100', tradeCount: 7 })
  })
})

describe('while the broker is behind', () => {
  test('trades are sent and quotes are not, and of those the newest state when it has caught up', async () => {
    scene = await openWholeScene()
    scene.exchange.trade(999)
    await scene.clock.advance(10)
    scene.broker.setAway(true)
    scene.exchange.trade(1000)
    for (let n = 1; n <= 3; n++) {
      scene.send(scene.market.BTCUSDT.change({ bids: [['99', String(n)]] }), tickerFrame(n * 1_000))
      await scene.clock.advance(1_000)
    }
    scene.exchange.trade(1001)
    const before = [scene.books().length, scene.tickers().length]
    expect(scene.ids('stream')).toEqual([999, 1000, 1001])
    expect(before).toEqual([1, 0])
    scene.broker.setAway(false)
    await scene.clock.advance(200)
    expect(scene.books().at(-1)?.bids[1]).toEqual(['99', '3'])
    expect(scene.tickers().map(({ time }) => time - DAY)).toEqual([3_000])
    expect(scene.books()).toHaveLength(2)
  })

  test('a book that breaks and is whole again by then was never stale for anybody', async () => {
    scene = await openWholeScene()
    scene.broker.setAway(true)
    scene.exchange.trade(1000)
    await scene.clock.advance(1_000)
    scene.market.BTCUSDT.change({ bids: [['98', '1']] })
    scene.send(scene.market.BTCUSDT.change({ bids: [['99', '6']] }))
    await scene.clock.advance(1_000)
    scene.broker.setAway(false)
    await scene.clock.advance(200)
    expect(scene.books().map(({ stale, bids }) => stale ?? bids[1]?.[1])).toEqual(['5', '6'])
  })
})

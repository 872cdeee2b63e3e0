import { describe, expect, test } from '@jest/globals'
import { parseFault } from '../../src/simulate/faults/fault.ts'
import { createFaults } from '../../src/simulate/faults/faults.ts'
import type { MarketEvent } from '../../src/simulate/market/market.ts'
import { renumberedMarket } from '../../src/simulate/market/renumbered-market.ts'
import { eventually } from '../support/eventually.ts'
import { createPushedClock, listenTo, seededMarket, withExchange } from './open-exchange.ts'

const feed = seededMarket().feeds.get('BTCUSDT')!

const trade = (id: number): MarketEvent => ({
  feed,
  channel: 'trade',
  time: 0,
  print: { id, time: 0, ticks: 100, lots: 1, sell: true },
  data: () => `{"e":"trade","t":${id},"p":"1.00000000","q":"1.00000000"}`
})

/** Ids that are sent for the trades 1 to 8 once the fault has begun; garbage as the text `garbage`. */
const sent = (text: string): readonly unknown[] => {
  const faults = createFaults([parseFault(text)])
  faults.due(1)
  return [1, 2, 3, 4, 5, 6, 7, 8]
    .flatMap(id => faults.pass(trade(id)))
    .map(({ event, garble }) => (garble ? 'garbage' : event.print?.id))
}

describe('a fault', () => {
  test.each([
    ['dropFrames:at=1,count=3', [4, 5, 6, 7, 8]],
    ['duplicateFrames:at=1,count=2', [1, 1, 2, 2, 3, 4, 5, 6, 7, 8]],
    ['reorder:at=1,count=3', [3, 2, 1, 4, 5, 6, 7, 8]],
    ['malformed:at=1,count=2', ['garbage', 1, 'garbage', 2, 3, 4, 5, 6, 7, 8]],
    ['unrecoverable:at=1,count=1', [2, 3, 4, 5, 6, 7, 8]],
    ['dropFrames:at=1,symbol=ETH/USDT', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['dropFrames:at=2', [1, 2, 3, 4, 5, 6, 7, 8]]
  ])('%s changes what is sent', (text, ids) => {
    expect(sent(text)).toEqual(ids)
  })

  test('of depthGap takes away changes of books and leaves trades alone', () => {
    const faults = createFaults([parseFault('depthGap:at=1,count=2')])
    faults.due(1)
    const change = (time: number): MarketEvent => ({
      feed,
      channel: 'depth@100ms',
      time,
      print: null,
      data: () => '{}'
    })
    const events = [change(1), trade(2), change(3), trade(4), change(5), { ...change(6), channel: 'bookTicker' }]
    const left = events.flatMap(event => faults.pass(event)).map(({ event }) => event.channel)
    expect(left).toEqual(['trade', 'trade', 'depth@100ms', 'bookTicker'])
  })

  test('of the future moves the time of a trade, or of its whole frame, and nothing else', () => {
    const told = (kind: string) => {
      const faults = createFaults([parseFault(`${kind}:at=1,for=60`)])
      faults.due(1)
      const timed = { ...trade(1), data: () => '{"e":"trade","E":1000,"t":1,"T":900}' }
      return [timed, timed].flatMap(event => faults.pass(event)).map(({ event }) => event.data())
    }
    expect(told('futureTrade')).toEqual([
      '{"e":"trade","E":1000,"t":1,"T":60900}',
      '{"e":"trade","E":1000,"t":1,"T":900}'
    ])
    expect(told('futureEvent')).toEqual([
      '{"e":"trade","E":61000,"t":1,"T":60900}',
      '{"e":"trade","E":1000,"t":1,"T":900}'
    ])
  })

  test('of ids counts them from 1 on the stream and in history, where nothing older is left', () => {
    const market = renumberedMarket(seededMarket())
    const told = market.feeds.get('BTCUSDT')!
    expect(told.firstId()).toBe(feed.firstId())
    market.beginAnew('BTCUSDT')
    expect([told.firstId(), told.endId()]).toEqual([1, 1])
    expect(market.feeds.get('ETHUSDT')!.firstId()).toBeGreaterThan(1)
    const seeded = seededMarket()
    const next = seeded.feeds.get('BTCUSDT')!.endId()
    const moved = renumberedMarket({ ...seeded, advance: () => [trade(next), trade(next + 1)] })
    moved.beginAnew(null)
    const events = moved.advance()
    expect(events.map(({ print }) => print?.id)).toEqual([1, 2])
    expect(events.map(event => event.data())).toEqual([
      expect.stringContaining('"t":1,'),
      expect.stringContaining('"t":2,')
    ])
  })

  test('comes again when it is said to', () => {
    const faults = createFaults([parseFault('disconnect:every=5')])
    expect([4, 5, 6, 9.9, 10, 15].map(second => faults.due(second).length)).toEqual([0, 1, 0, 0, 1, 1])
  })

  test.each(['fire:every=1', 'silence', 'silence:every=0', 'silence:often=1', 'reorder:at=x'])(
    '%s is refused with what is allowed',
    text => {
      expect(() => parseFault(text)).toThrow(/KIND:every=SECONDS .* dropFrames/)
    }
  )

  test('that loses trades loses them for history too', () =>
    withExchange(
      async ({ ws, get }) => {
        const client = await listenTo(`${ws}/ws/btcusdt@trade`)
        await client.until(() => (client.heard.length > 900 ? true : null))
        const ids = client.heard.map(text => Number(JSON.parse(text).t))
        const hole = ids.findIndex((id, i) => i > 0 && id !== ids[i - 1]! + 1)
        expect(ids[hole]! - ids[hole - 1]!).toBe(6)
        const path = `historicalTrades?symbol=BTCUSDT&fromId=${ids[hole - 1]}&limit=3`
        const { body } = await get<{ id: number }[]>(path)
        expect(body.map(({ id }) => id)).toEqual(ids.slice(hole - 1, hole + 2))
      },
      { faults: ['unrecoverable:at=0.2,symbol=BTC/USDT'] }
    ))

  test('that breaks connections refuses new ones for a while', () =>
    withExchange(
      async ({ ws }) => {
        const client = await listenTo(`${ws}/ws/btcusdt@trade`)
        expect((await client.closing()).code).toBe(1006)
        await expect(listenTo(`${ws}/ws`)).rejects.toThrow('503')
      },
      { faults: ['disconnect:at=0.2,for=5'] }
    ))

  test('of history is an error of the server', () =>
    withExchange(
      async ({ get }) => {
        let status = 200
        while (status === 200) status = (await get('ping')).status
        expect(status).toBe(503)
      },
      { faults: ['restFailure:at=0.1'] }
    ))
})

describe('a halt', () => {
  test('is told in the list of instruments for as long as it lasts, of its symbol alone, and a break likewise', () => {
    const clock = createPushedClock()
    return withExchange(
      async ({ get }) => {
        type Info = { readonly symbols: readonly { readonly symbol: string; readonly status: string }[] }
        const told = async (): Promise<string> => {
          const { body } = await get<Info>('exchangeInfo')
          return body.symbols.map(({ symbol, status }) => `${symbol} ${status}`).join(', ')
        }
        expect(await told()).toBe('BTCUSDT TRADING, ETHUSDT TRADING')
        clock.push(10_000)
        await eventually(async () => (await told()) === 'BTCUSDT HALT, ETHUSDT BREAK', told)
        clock.push(60_000)
        expect(await told()).toBe('BTCUSDT TRADING, ETHUSDT BREAK')
      },
      { clock, faults: ['halt:at=10,for=60,symbol=BTC/USDT', 'break:at=10,symbol=ETH/USDT'] }
    )
  })
})

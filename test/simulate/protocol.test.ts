import { describe, expect, test } from '@jest/globals'
import type { Market } from '../../src/simulate/market/market.ts'
import { createPushedClock, listenTo, seededMarket, withExchange } from './open-exchange.ts'

const TRADES = 'btcusdt@trade'

/** Half a megabyte of trade every time. */
const floodedMarket = (): Market => {
  const market = seededMarket()
  const feed = market.feeds.get('BTCUSDT')!
  const data = (): string => `{"note":"${'x'.repeat(1 << 19)}"}`
  return { ...market, advance: () => [{ feed, channel: 'trade', time: market.now(), print: null, data }] }
}

describe('the sockets of the simulated exchange', () => {
  test('wrap messages of combined streams, and send single streams bare', () =>
    withExchange(async ({ ws }) => {
      const combined = await listenTo(`${ws}/stream?streams=${TRADES}/ethusdt@trade`)
      const bare = await listenTo(`${ws}/ws/${TRADES}`)
      const [frame] = await combined.messages(1)
      expect(frame).toEqual({ stream: expect.stringMatching(/^(btc|eth)usdt@trade$/), data: expect.any(Object) })
      const [trade] = await bare.messages(1)
      expect(trade).toEqual({
        e: 'trade',
        E: expect.any(Number),
        s: 'BTCUSDT',
        t: expect.any(Number),
        p: expect.stringMatching(/^\d+\.\d{8}$/),
        q: expect.stringMatching(/^\d+\.\d{8}$/),
        T: expect.any(Number),
        m: expect.any(Boolean),
        M: true
      })
    }))

  test('answer control messages as the exchange does', () =>
    withExchange(async ({ ws }) => {
      const client = await listenTo(`${ws}/ws`)
      client.say({ method: 'SUBSCRIBE', params: ['none@trade'], id: 1 })
      client.say({ method: 'LIST_SUBSCRIPTIONS', id: 'mine' })
      client.say({ method: 'UNSUBSCRIBE', params: ['none@trade'], id: 2 })
      client.say({ method: 'LIST_SUBSCRIPTIONS', id: 3 })
      expect(await client.messages(4)).toEqual([
        { result: null, id: 1 },
        { result: ['none@trade'], id: 'mine' },
        { result: null, id: 2 },
        { result: [], id: 3 }
      ])
    }))

  test.each([
    ['what is no JSON', '{"method":', { code: 3, msg: 'Invalid JSON: expected value at line 1 column 1' }],
    [
      'an unknown method',
      { method: 'BUY', params: [], id: 4 },
      {
        code: 2,
        msg: 'Invalid request: unknown variant `BUY`, expected one of SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS, SET_PROPERTY, GET_PROPERTY',
        id: 4
      }
    ],
    [
      'an id below zero',
      { method: 'SUBSCRIBE', params: [TRADES], id: -1 },
      { code: 2, msg: 'Invalid request: request ID must be an unsigned integer' }
    ],
    [
      'more than 1024 streams',
      { method: 'SUBSCRIBE', params: Array.from({ length: 1_025 }, (_, i) => `s${i}@trade`), id: 5 },
      { code: 2, msg: 'Invalid request: too many parameters', id: 5 }
    ],
    [
      'a property of the wrong type',
      { method: 'SET_PROPERTY', params: ['combined', 'yes'], id: 6 },
      { code: 1, msg: 'Invalid value type: expected Boolean', id: 6 }
    ]
  ])('refuse %s with the error that the exchange gives', (_, message, error) =>
    withExchange(async ({ ws }) => {
      const client = await listenTo(`${ws}/ws`)
      client.say(message)
      expect(await client.messages(1)).toEqual([error])
    })
  )

  test('start and stop with a subscription on an open connection', () =>
    withExchange(async ({ ws }) => {
      const client = await listenTo(`${ws}/stream`)
      client.say({ method: 'SUBSCRIBE', params: [TRADES], id: 1 })
      await client.messages(5)
      client.say({ method: 'UNSUBSCRIBE', params: [TRADES], id: 2 })
      const position = await client.until(() => {
        const found = client.heard.indexOf('{"result":null,"id":2}')
        return found < 0 ? null : found
      })
      client.say({ method: 'LIST_SUBSCRIPTIONS', id: 3 })
      await client.until(() => (client.heard.includes('{"result":[],"id":3}') ? true : null))
      expect(client.heard.length).toBe(position + 2)
    }))

  test('hang up on a client that sends more than five messages a second', () =>
    withExchange(async ({ ws }) => {
      const client = await listenTo(`${ws}/ws`)
      for (let id = 1; id <= 6; id++) client.say({ method: 'LIST_SUBSCRIPTIONS', id })
      expect(await client.closing()).toEqual({ code: 1008, reason: 'Too many requests' })
      expect(client.heard.length).toBe(5)
    }))

  test('refuse more than 1024 streams in the address', () =>
    withExchange(async ({ ws }) => {
      const streams = Array.from({ length: 1_025 }, (_, i) => `s${i}@trade`)
      const client = await listenTo(`${ws}/stream?streams=${streams.join('/')}`)
      expect((await client.closing()).code).toBe(1008)
    }))

  test('refuse an address that is no stream', () =>
    withExchange(async ({ ws }) => {
      await expect(listenTo(`${ws}/trades`)).rejects.toThrow('404')
    }))

  test('ping every twenty seconds, and hang up on a client that has not answered for sixty', () => {
    const clock = createPushedClock()
    return withExchange(
      async ({ ws }) => {
        const [alive, dead] = [await listenTo(`${ws}/ws`), await listenTo(`${ws}/ws`, { autoPong: false })]
        const pinged = [alive, dead].map(client => new Promise(resolve => client.ws.once('ping', resolve)))
        clock.push(20_001)
        await Promise.all(pinged)
        alive.say({ method: 'LIST_SUBSCRIPTIONS', id: 1 })
        await alive.messages(1)
        clock.push(60_001)
        expect((await dead.closing()).code).toBe(1006)
        expect(alive.ws.readyState).toBe(alive.ws.OPEN)
      },
      { clock }
    )
  })

  test('hang up on a reader that is 16 MB behind, and on nobody else', () =>
    withExchange(
      async ({ ws }) => {
        const slow = await listenTo(`${ws}/ws/${TRADES}`)
        slow.ws.pause()
        const quick = await listenTo(`${ws}/ws/${TRADES}`)
        await quick.until(() => (quick.heard.length > 100 ? true : null))
        slow.ws.resume()
        expect((await slow.closing()).code).toBe(1006)
        expect(quick.ws.readyState).toBe(quick.ws.OPEN)
      },
      { market: floodedMarket() }
    ))
})

import { describe, expect, test } from '@jest/globals'
import { listenTo, withExchange } from './open-exchange.ts'

type Fields = Readonly<Record<string, unknown>>

describe('the streams that the exchange computes', () => {
  test('close a kline once, as history has it', () =>
    withExchange(async ({ ws, get }) => {
      const client = await listenTo(`${ws}/ws/btcusdt@kline_1s`)
      const closed = (): readonly Fields[] =>
        client.heard.map((text): Fields => JSON.parse(text).k).filter(({ x }) => x === true)
      await client.until(() => (closed().length >= 2 ? true : null))
      const [one, two] = closed()
      expect(two!.t).toBe(Number(one!.t) + 1_000)
      expect(two!.f).toBe(Number(one!.L) + 1)
      const { body } = await get<unknown[][]>(`klines?symbol=BTCUSDT&interval=1s&startTime=${one!.t}&limit=1`)
      const { t, o, h, l, c, v, T, q, n, V, Q } = one!
      expect(body[0]).toEqual([t, o, h, l, c, v, T, q, n, V, Q, '0'])
    }))

  test('tell every trade as an aggregate of its own', () =>
    withExchange(async ({ ws }) => {
      const client = await listenTo(`${ws}/stream?streams=ethusdt@trade/ethusdt@aggTrade`)
      const [trade, aggregate] = (await client.messages(2)).map(({ data }) => data as Fields)
      const { t, p, q, T, m } = trade!
      expect(aggregate).toMatchObject({ e: 'aggTrade', a: t, f: t, l: t, p, q, T, m })
    }))

  test('give the figures of the day every second', () =>
    withExchange(async ({ ws }) => {
      const client = await listenTo(`${ws}/ws/btcusdt@ticker`)
      const [first, second] = await client.messages(2)
      expect(Number(second!.E) - Number(first!.E)).toBe(1_000)
      expect(second!.n).toBe(Number(second!.L) - Number(second!.F) + 1)
      expect(Number(second!.b)).toBeLessThan(Number(second!.a))
    }))
})

import { expect, test } from '@jest/globals'
import { systemClock } from '../../src/runtime/clock.ts'
import { createSeededMarket } from '../../src/simulate/market/seeded/seeded-market.ts'
import { simulatedVenue } from '../../src/simulate/venues/registry.ts'
import { listenTo, withExchange } from './open-exchange.ts'

const usdm = simulatedVenue('binanceusdm')

const withUsdm = (use: Parameters<typeof withExchange>[0], rate = 60) =>
  withExchange(use, {
    market: createSeededMarket({
      seed: 7,
      rate,
      symbols: ['BTC/USDT:USDT'],
      quiet: [],
      nativeOf: symbol => usdm.nativeOf(symbol)!,
      clock: systemClock
    }),
    front: usdm.front
  })

const numbers = (heard: readonly string[], name: string): readonly number[] =>
  heard.map(text => Number(new RegExp(`"${name}":(\\d+)`).exec(text)?.[1]))

test('a stream on the wrong route of USD-M is confirmed, and nothing comes', () =>
  withUsdm(async ({ ws }) => {
    const right = await listenTo(`${ws}/market/stream?streams=btcusdt@aggTrade`)
    const wrong = await listenTo(`${ws}/public/stream`)
    wrong.say({ method: 'SUBSCRIBE', params: ['btcusdt@aggTrade'], id: 1 })
    await wrong.messages(1)
    await right.messages(right.heard.length + 5)
    expect(wrong.heard).toEqual(['{"result":null,"id":1}'])
  }))

test('aggregates of USD-M are numbered without a hole, the prints in them with some', () =>
  withUsdm(async ({ ws }) => {
    const { messages, heard } = await listenTo(`${ws}/market/stream?streams=btcusdt@aggTrade`)
    await messages(20)
    const [ids, first, last] = ['a', 'f', 'l'].map(name => numbers(heard.slice(0, 20), name)) as [
      readonly number[],
      readonly number[],
      readonly number[]
    ]
    expect(ids).toEqual(ids.map((_, i) => ids[0]! + i))
    expect(first.every((id, i) => id <= last[i]! && (i === 0 || id > last[i - 1]!))).toBe(true)
    expect(first.some((id, i) => i > 0 && id > last[i - 1]! + 1)).toBe(true)
    expect(last.some((id, i) => id > first[i]!)).toBe(true)
  }))

test('changes of a book of USD-M name the last one before, though their numbers have holes', () =>
  withUsdm(async ({ ws }) => {
    const { messages, heard } = await listenTo(`${ws}/public/stream?streams=btcusdt@depth@100ms`)
    await messages(4)
    const [from, to, before] = ['U', 'u', 'pu'].map(name => numbers(heard.slice(0, 4), name)) as [
      readonly number[],
      readonly number[],
      readonly number[]
    ]
    expect(before.slice(1)).toEqual(to.slice(0, -1))
    expect(from.every((id, i) => id > before[i]! + 1 && id <= to[i]!)).toBe(true)
  }))

test('a candle of USD-M counts the prints that its aggregates hold', () =>
  withUsdm(async ({ rest }) => {
    const minute = Math.floor(Date.now() / 60_000) * 60_000 - 60_000
    const ask = async (
      path: string
    ): Promise<readonly (readonly unknown[] & { readonly f: number; readonly l: number })[]> =>
      (await fetch(`${rest}/fapi/v1/${path}`)).json() as never
    const [kline] = await ask(`klines?symbol=BTCUSDT&interval=1m&startTime=${minute}&limit=1`)
    let prints = 0
    for (let at = minute; at < minute + 60_000; at += 2_000) {
      const page = await ask(`aggTrades?symbol=BTCUSDT&startTime=${at}&endTime=${at + 1_999}&limit=1000`)
      for (const { f, l } of page) prints += l - f + 1
    }
    expect(kline?.[8]).toBe(prints)
  }, 5))

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { canonicalDecimal } from '../../src/market/decimal.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createRecordedMarket } from '../../src/simulate/market/recorded/recorded-market.ts'
import { listenTo, withExchange } from './open-exchange.ts'

const START = Date.UTC(2024, 7, 8, 23, 54, 14)
const folder = mkdtempSync(join(tmpdir(), 'frames-'))
afterAll(() => rmSync(folder, { recursive: true }))

const frame = (id: number): string => {
  const time = START + id * 100
  return `{"stream":"btcusdt@trade","data":{"e":"trade","E":${time + 1},"s":"BTCUSDT","t":${id},"p":"61837.63000000","q":"0.02000000","T":${time},"m":true,"M":true}}`
}

const written = (name: string, frames: readonly string[]): string => {
  const file = join(folder, name)
  writeFileSync(file, frames.map((text, i) => `${1_723_161_254_000_000_000n + BigInt(i)} ${text}\n`).join(''))
  return file
}

const frames = Array.from({ length: 40 }, (_, i) => frame(i + 1))
const file = written('btc', frames)

const market = (over: Partial<Parameters<typeof createRecordedMarket>[0]> = {}) =>
  createRecordedMarket({ files: [file], speed: 'max', keepTime: true, clock: systemClock, ...over })

describe('recorded frames', () => {
  test('are served byte for byte', () =>
    withExchange(
      async ({ ws }) => {
        const client = await listenTo(`${ws}/stream?streams=btcusdt@trade`)
        await client.messages(40)
        expect(client.heard).toEqual(frames)
      },
      { market: market() }
    ))

  test('are moved to the present by whole minutes', () =>
    withExchange(
      async ({ ws, get }) => {
        const client = await listenTo(`${ws}/ws/btcusdt@trade`)
        const [first] = await client.messages(1)
        const moved = Number(first?.T) - (START + 100)
        expect(moved % 60_000).toBe(0)
        expect(Math.abs(systemClock.now() - Number(first?.T))).toBeLessThan(60_000)
        expect(first?.E).toBe(Number(first?.T) + 1)
        const { body } = await get<{ time: number }[]>('historicalTrades?symbol=BTCUSDT&fromId=1&limit=1')
        expect(body[0]?.time).toBe(first?.T)
      },
      { market: market({ keepTime: false, speed: 10 }) }
    ))

  test('wait until every symbol has a listener, and history knows nothing before', () =>
    withExchange(
      async ({ ws, get }) => {
        const client = await listenTo(`${ws}/ws`)
        expect((await get('trades?symbol=BTCUSDT')).body).toEqual([])
        client.say({ method: 'SUBSCRIBE', params: ['btcusdt@trade'], id: 1 })
        await client.until(() => (client.heard.length > 40 ? true : null))
        expect((await get<unknown[]>('trades?symbol=BTCUSDT')).body).toHaveLength(40)
      },
      { market: market() }
    ))

  test('start with the first connection where that is asked for', () =>
    withExchange(
      async ({ ws, get }) => {
        await listenTo(`${ws}/ws`)
        let known: unknown[] = []
        while (known.length < 40) known = (await get<unknown[]>('trades?symbol=BTCUSDT')).body
        expect(known).toHaveLength(40)
      },
      { market: market(), startOn: 'connected' }
    ))

  test('keep their pace times the speed', () => {
    let time = 0
    const clock = { ...systemClock, monotonicMs: () => time }
    const slow = market({ clock, speed: 2 })
    slow.begin()
    const seen = [0, 500, 1_000, 1_949].map(at => {
      time = at
      return slow.advance().length
    })
    expect(seen).toEqual([1, 10, 10, 18])
  })

  test('that cannot be read are refused with the file and the line', () => {
    expect(() => market({ files: [join(folder, 'none')] })).toThrow(/none cannot be read/)
    expect(() => market({ files: [written('bad', [frames[0]!, '{"stream":'])] })).toThrow(/bad, line 2: write/)
    expect(() => market({ files: [written('empty', [])] })).toThrow(/holds no trade/)
  })
})

const data = join(import.meta.dirname, '../../../shared/data/binance')
const recording = (native: string): string => join(data, `spot_${native}_20240808.gz`)
const whenRecorded = existsSync(recording('btcusdt')) ? describe : describe.skip

whenRecorded('a recording of the real exchange (skipped where ../shared/data is absent)', () => {
  test('gives the klines that the real exchange gave', () =>
    withExchange(
      async ({ ws, get }) => {
        const client = await listenTo(`${ws}/stream?streams=btcusdt@trade/ethusdt@trade`)
        await client.until(() => (client.heard.length === 9_757 + 6_106 ? true : null))
        for (const native of ['btcusdt', 'ethusdt']) {
          const official = readFileSync(join(data, `spot_${native}_20240808_klines_1m.csv`), 'utf8')
            .trim()
            .split('\n')
          const path = `klines?symbol=${native.toUpperCase()}&interval=1m&startTime=${Date.UTC(2024, 7, 8, 23, 55)}&limit=5`
          const { body } = await get<string[][]>(path)
          const said = body.map(row => [row[0], ...row.slice(1, 6).map(canonicalDecimal)].join())
          const due = official.slice(1).map(line =>
            line
              .split(',')
              .map((cell, i) => (i === 0 ? cell : canonicalDecimal(cell)))
              .join()
          )
          expect(said).toHaveLength(5)
          expect(due).toEqual(expect.arrayContaining(said))
        }
      },
      { market: market({ files: [recording('btcusdt'), recording('ethusdt')] }) }
    ))

  test('gives a book that its own differences continue', () =>
    withExchange(
      async ({ ws, get }) => {
        const client = await listenTo(`${ws}/stream?streams=btcusdt@trade/btcusdt@depth@100ms`)
        await client.until(() => (client.heard.length === 9_757 + 3_451 ? true : null))
        const { body } = await get<{ lastUpdateId: number; bids: string[][]; asks: string[][] }>('depth?symbol=BTCUSDT')
        const last = client.heard.findLast(text => text.includes('depthUpdate')) ?? '{}'
        expect(body.lastUpdateId).toBe(JSON.parse(last).data.u)
        expect(Number(body.bids[0]![0])).toBeLessThan(Number(body.asks[0]![0]))
      },
      { market: market({ files: [recording('btcusdt')] }) }
    ))
})

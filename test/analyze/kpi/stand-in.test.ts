import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { analyzeKpi } from '../../../src/analyze/analyze-kpi.ts'
import type { Quote } from '../../../src/analyze/kpi/fold-quotes.ts'
import { kpis } from '../../../src/topics.ts'
import { processorContract } from '../../contract/processor-contract.ts'
import { drive } from '../../support/drive.ts'
import { DAY } from '../../support/market.ts'
import { minute, ticker } from '../../support/quotes.ts'

const topology = analyzeKpi({ everyMs: 5_000 })
const MINUTES = 60

const close = (n: number): number => 100 + ((n * 31) % 17)
const own = (n: number): Quote => minute(n, close(n))
const kline = (n: number, price = close(n)): Quote => minute(n, price, { status: 'exchange', revision: -1 })
const range = <T>(from: number, to: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: to - from }, (_, n) => make(from + n))

const clock = [ticker(DAY + MINUTES * 60_000), ticker(DAY + MINUTES * 60_000 + 5_001)]

const macdAfter = (...quotes: readonly Quote[]): unknown => {
  const [kpi] = drive(topology, [...quotes, ...clock]).outputs.map(({ value }) =>
    kpis.codec.decode(Buffer.from(value!))
  )
  return kpi && [kpi.macd, kpi.macdSignal]
}
const due = macdAfter(...range(0, MINUTES, own))

describe("before our first candle the exchange's own closes stand in", () => {
  test('so that MACD is warm at once', () => {
    expect(due).toEqual([expect.any(Number), expect.any(Number)])
    expect(macdAfter(...range(0, MINUTES, n => kline(n)))).toEqual(due)
    expect(macdAfter(...range(0, 58, n => kline(n)), own(58), own(59))).toEqual(due)
    expect(macdAfter(own(58), ...range(0, 58, n => kline(n)), own(59))).toEqual(due)
  })

  test('and from our first one on they are ignored', () => {
    const live = range(50, MINUTES, own).flatMap((candle, n) => [candle, kline(50 + n, 1)])
    expect(macdAfter(...range(0, 50, n => kline(n)), ...live)).toEqual(due)
  })

  test('state from before there were such candles is ours alone', () => {
    const { processor, state: codec } = topology
    let state = processor.init('binance:BTC/USDT')
    for (const quote of range(0, MINUTES, own)) state = processor.step(state, quote).state
    const parts = codec.changes(state).map(({ name, value }) => {
      const { standInEnd, ...old } = JSON.parse(value ?? '')
      return [name, JSON.stringify(old)] as const
    })
    const restored = codec.restore('binance:BTC/USDT', new Map(parts))
    const { minutes } = restored
    expect(processor.step(restored, kline(59, 1)).state.minutes).toEqual(minutes)
  })
})

const anyQuotes = fc
  .array(fc.tuple(fc.nat({ max: 40 }), fc.constantFrom(own, kline)), { maxLength: 60 })
  .map(drawn => drawn.flatMap(([n, make]) => [make(n), ticker(DAY + n * 60_000 + 61_000)]))

describe('the contract of processors: KPIs with candles of the exchange', () => {
  processorContract({ topology, records: anyQuotes })
})

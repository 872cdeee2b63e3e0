import { describe, expect, test } from '@jest/globals'
import { analyzeKpi } from '../../../src/analyze/analyze-kpi.ts'
import type { Quote } from '../../../src/analyze/kpi/fold-quotes.ts'
import type { Kpi } from '../../../src/market/records/derived/kpi.ts'
import { kpis } from '../../../src/topics.ts'
import { drive } from '../../support/drive.ts'
import { DAY } from '../../support/market.ts'
import { plainEma } from '../../support/plain-indicators.ts'
import { book, minute, ticker } from '../../support/quotes.ts'

const kpisOf = (quotes: readonly Quote[]): readonly Kpi[] =>
  drive(analyzeKpi({ everyMs: 5_000 }), quotes).outputs.map(({ value }) => kpis.codec.decode(Buffer.from(value ?? '')))

/** Seconds of the day that the KPIs are of. */
const moments = (...seconds: readonly number[]): readonly number[] =>
  kpisOf(seconds.map(second => ticker(DAY + second * 1_000))).map(({ time }) => (time - DAY) / 1_000)

describe('the moments of KPIs', () => {
  test('are the multiples of the cadence that the time of a ticker has passed', () => {
    expect(moments(1, 4, 6, 9, 11)).toEqual([5, 10])
  })

  test('a ticker of exactly that time has not passed it, and counts for it', () => {
    expect(moments(1, 5)).toEqual([])
    expect(moments(1, 5, 5.001)).toEqual([5])
    expect(kpisOf([ticker(DAY + 1), ticker(DAY + 5_000, { close: '7' }), ticker(DAY + 5_001)])[0]?.close).toBe(7)
  })

  test('the first ticker alone makes none, wherever it stands', () => {
    expect(moments(7)).toEqual([])
    expect(moments(5.001, 9.9)).toEqual([])
  })

  test('of several that were skipped only the newest is made', () => {
    expect(moments(1, 23)).toEqual([20])
  })

  test('none is made when the exchange had said nothing for more than 60 s', () => {
    expect(moments(20, 81)).toEqual([80])
    expect(moments(19.999, 81)).toEqual([])
    expect(moments(1, 200, 206)).toEqual([205])
  })

  test('a ticker that comes after a newer one changes nothing', () => {
    const quotes = [ticker(DAY + 1_000), ticker(DAY + 4_000), ticker(DAY + 3_000, { close: '7' }), ticker(DAY + 6_000)]
    expect(kpisOf(quotes).map(({ close }) => close)).toEqual([61_500])
    expect(moments(1, 6, 4, 7)).toEqual([5])
  })

  test('a KPI takes the newest book and the newest ticker of its time or before, even when newer ones are there', () => {
    const quotes = [
      ticker(DAY + 2_000, { close: '1' }),
      book(DAY + 3_000, 1, 1),
      book(DAY + 5_000, 3, 1),
      book(DAY + 4_000, 1, 1),
      book(DAY + 5_001, 1, 3),
      book(DAY + 9_000, 1, 9),
      ticker(DAY + 6_000, { close: '2' }),
      ticker(DAY + 12_000)
    ]
    expect(kpisOf(quotes).map(kpi => [kpi.close, kpi.orderBookImbalance])).toEqual([
      [1, 0.5],
      [2, -0.8]
    ])
  })

  test('instruments do not know of each other', () => {
    const eth = (quote: Quote): Quote =>
      quote.kind === 'ticker' ? { kind: 'ticker', record: { ...quote.record, symbol: 'ETH/USDT' } } : quote
    expect(kpisOf([ticker(DAY + 1_000), eth(ticker(DAY + 6_000)), ticker(DAY + 4_000)])).toEqual([])
  })
})

describe('MACD of a KPI', () => {
  const close = (n: number): number => 61_000 + ((n * 7_919) % 400)
  const minutes = (from: number, to: number): readonly Quote[] =>
    Array.from({ length: to - from }, (_, n) => minute(from + n, close(from + n)))

  /** MACD right after minute `n` closed. */
  const macdAfter = (n: number, ...quotes: readonly Quote[]): number | null | undefined => {
    const closed = DAY + (n + 1) * 60_000
    return kpisOf([...quotes, ticker(closed - 1), ticker(closed + 1)])[0]?.macd
  }
  const macdOf = (closes: readonly number[]): number => plainEma(closes, 12).at(-1)! - plainEma(closes, 26).at(-1)!
  const closes = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => close(from + n))

  test('takes the minutes that had closed, and no later one', () => {
    expect(macdAfter(59, ...minutes(0, 60), minute(60, 1))).toBeCloseTo(macdOf(closes(0, 60)), 9)
    expect(macdAfter(60, ...minutes(0, 60), minute(60, 1))).toBeCloseTo(macdOf([...closes(0, 60), 1]), 9)
  })

  test('ignores open candles', () => {
    expect(macdAfter(59, ...minutes(0, 60), minute(59, 1, { final: false }))).toBeCloseTo(macdOf(closes(0, 60)), 9)
  })

  test('is computed anew from a minute of the last fifteen that is revised', () => {
    const revised = closes(0, 60).with(45, 70_000)
    expect(macdAfter(59, ...minutes(0, 60), minute(45, 70_000, { revision: 1 }))).toBeCloseTo(macdOf(revised), 9)
  })

  test('a revision of a minute long gone comes too late', () => {
    expect(macdAfter(59, ...minutes(0, 60), minute(30, 70_000, { revision: 1 }))).toBeCloseTo(macdOf(closes(0, 60)), 9)
  })

  test('warms up anew behind a hole, and is whole again when the hole is filled soon', () => {
    const holed = [...minutes(0, 30), ...minutes(31, 45)]
    expect(macdAfter(44, ...holed)).toBeNull()
    expect(macdAfter(59, ...holed, ...minutes(45, 60))).toBeCloseTo(macdOf(closes(31, 60)), 9)
    expect(macdAfter(44, ...holed, minute(30, close(30)))).toBeCloseTo(macdOf(closes(0, 45)), 9)
  })

  test('is unknown for a time that lies before all minutes that are kept', () => {
    expect(macdAfter(30, ...minutes(0, 60))).toBeNull()
    expect(macdAfter(55, ...minutes(0, 60))).toBeCloseTo(macdOf(closes(0, 56)), 9)
  })
})

import { describe, expect, test } from '@jest/globals'
import { analyzeKpi } from '../../../src/analyze/analyze-kpi.ts'
import type { Quote } from '../../../src/analyze/kpi/fold-quotes.ts'
import { KPI_FIGURES, type Kpi } from '../../../src/market/records/derived/kpi.ts'
import type { BookLevel } from '../../../src/market/records/feed/book.ts'
import { kpis } from '../../../src/topics.ts'
import { drive } from '../../support/drive.ts'
import { DAY } from '../../support/market.ts'
import { book, minute, ticker } from '../../support/quotes.ts'

/** The KPI of 5 s after midnight. */
const kpiOf = (...quotes: readonly Quote[]): Kpi => {
  const { outputs } = drive(analyzeKpi({ everyMs: 5_000 }), [...quotes, ticker(DAY + 5_001)])
  return kpis.codec.decode(Buffer.from(outputs.at(-1)?.value ?? ''))
}

const levels = (...quantities: readonly string[]): readonly BookLevel[] =>
  quantities.map((quantity, at) => [String(100 + at), quantity])

describe('the figures of a KPI', () => {
  const kpi = kpiOf(ticker(DAY + 4_000), book(DAY + 4_500, 6, 2))

  test('take the rolling day as the exchange says it', () => {
    expect(kpi).toMatchObject({
      exchange: 'binance',
      symbol: 'BTC/USDT',
      time: DAY + 5_000,
      open: 60_000,
      high: 62_500.5,
      low: 59_800.1,
      close: 61_500,
      bid: 61_499.99,
      ask: 61_500.01,
      baseVolume: 2_000,
      quoteVolume: 122_000_000
    })
  })

  test('priceChangePct is (close - open) / open · 100', () => {
    expect(kpi.priceChangePct).toBe(2.5)
  })

  test('priceSpread is ask - bid, and dailyRange is high - low, to the last digit', () => {
    expect(kpi.priceSpread).toBe(0.02)
    expect(kpi.dailyRange).toBe(2_700.4)
    expect(kpiOf(ticker(DAY + 1, { bid: '123456789.00000001', ask: '123456789.00000003' })).priceSpread).toBe(2e-8)
    expect(kpiOf(ticker(DAY + 1, { bid: '61500.02', ask: '61500' })).priceSpread).toBe(-0.02)
  })

  test('vwap and turnoverRatio are quoteVolume / baseVolume', () => {
    expect(kpi).toMatchObject({ vwap: 61_000, turnoverRatio: 61_000 })
  })

  test('marketDepthRatio is the volume of the best five levels of both sides over baseVolume', () => {
    expect(kpi.marketDepthRatio).toBe(8 / 2_000)
    const deep = { bids: levels('1', '2', '3', '4', '5', '100'), asks: levels('1', '1', '1', '1', '1', '100') }
    expect(kpiOf(ticker(DAY + 1), book(DAY + 2, 0, 0, deep)).marketDepthRatio).toBe(20 / 2_000)
  })

  test('orderBookImbalance is (bid - ask) / (bid + ask) over the same five levels', () => {
    expect(kpi.orderBookImbalance).toBe(0.5)
    const deep = { bids: levels('1', '2', '3', '4', '5', '100'), asks: levels('1', '1', '1', '1', '1', '100') }
    expect(kpiOf(ticker(DAY + 1), book(DAY + 2, 0, 0, deep)).orderBookImbalance).toBe(0.5)
  })

  test('stand in the order of the contract, all of them', () => {
    expect(Object.keys(kpi)).toEqual(['exchange', 'symbol', 'time', ...KPI_FIGURES])
  })
})

describe('what is undefined is null', () => {
  test('without volume there is no average price and no share of it', () => {
    const quiet = { baseVolume: '0', quoteVolume: '0' }
    expect(kpiOf(ticker(DAY + 1, quiet), book(DAY + 2, 1, 1))).toMatchObject({
      baseVolume: 0,
      vwap: null,
      turnoverRatio: null,
      marketDepthRatio: null,
      orderBookImbalance: 0
    })
  })

  test('an open of 0 has no change in percent', () => {
    expect(kpiOf(ticker(DAY + 1, { open: '0' }))).toMatchObject({ open: 0, priceChangePct: null })
  })

  test('a missing side of the ticker has no spread', () => {
    expect(kpiOf(ticker(DAY + 1, { bid: null }))).toMatchObject({ bid: null, ask: 61_500.01, priceSpread: null })
    expect(kpiOf(ticker(DAY + 1, { ask: null }))).toMatchObject({ ask: null, priceSpread: null })
  })

  const NO_DEPTH = { marketDepthRatio: null, orderBookImbalance: null }

  test.each([
    ['is empty on a side', { bids: [] }],
    ['is empty on the other side', { asks: [] }],
    ['is stale', { bids: [], asks: [], stale: true as const }]
  ])('a book that %s has no depth, whatever was known before', (_how, more) => {
    const usable = book(DAY + 3_000, 3, 1)
    expect(kpiOf(ticker(DAY + 1), usable, book(DAY + 4_000, 1, 1, more))).toMatchObject(NO_DEPTH)
  })

  test('a book that is more than 30 s old has no depth', () => {
    expect(kpiOf(ticker(DAY + 1), book(DAY - 25_000, 3, 1)).orderBookImbalance).toBe(0.5)
    expect(kpiOf(ticker(DAY + 1), book(DAY - 25_001, 3, 1))).toMatchObject(NO_DEPTH)
  })

  test('levels without quantity have no imbalance', () => {
    expect(kpiOf(ticker(DAY + 1), book(DAY + 2, 0, 0))).toMatchObject({ marketDepthRatio: 0, orderBookImbalance: null })
  })

  test('without a book and without candles the rest is there', () => {
    expect(kpiOf(ticker(DAY + 1))).toMatchObject({ vwap: 61_000, marketDepthRatio: null, macd: null })
  })

  test('numbers that no double can hold never leave as infinity', () => {
    const huge = '9'.repeat(400)
    const kpi = kpiOf(ticker(DAY + 1, { quoteVolume: huge, high: huge, close: huge }), book(DAY + 2, 1, 1))
    expect(kpi).toMatchObject({ quoteVolume: null, vwap: null, high: null, dailyRange: null, priceChangePct: null })
  })
})

describe('MACD of a KPI', () => {
  /** Closes 1, 2, … of the minutes before midnight: both means trail a straight line by half their period. */
  const straight = (count: number): readonly Quote[] =>
    Array.from({ length: count }, (_, n) => minute(n - count, n + 1))

  test('is there from the 26th minute on, its signal from the 34th', () => {
    expect(kpiOf(...straight(25), ticker(DAY + 1))).toMatchObject({ macd: null, macdSignal: null })
    const first = kpiOf(...straight(26), ticker(DAY + 1))
    expect(first.macd).toBeCloseTo(12.5 - 5.5, 12)
    expect(first).toMatchObject({ macdSignal: null, macdHistogram: null })
    expect(kpiOf(...straight(33), ticker(DAY + 1)).macdSignal).toBeNull()
    const whole = kpiOf(...straight(34), ticker(DAY + 1))
    expect(whole.macdSignal).toBeCloseTo(7, 12)
    expect(whole.macdHistogram).toBeCloseTo(0, 12)
  })
})

import { describe, expect, test } from '@jest/globals'
import { analyzeKpi } from '../../../src/analyze/analyze-kpi.ts'
import type { Quote } from '../../../src/analyze/kpi/fold-quotes.ts'
import { DAY } from '../../support/market.ts'
import { book, minute, ticker } from '../../support/quotes.ts'

const { processor, state: codec } = analyzeKpi({ everyMs: 5_000 })
const KEY = 'binance:BTC/USDT'

/** What is written after each record. */
const written = (quotes: readonly Quote[]) => {
  let state = processor.init(KEY)
  return quotes.map(quote => {
    state = processor.step(state, quote).state
    return codec.changes(state)
  })
}

const names = (quotes: readonly Quote[]) => written(quotes).map(parts => parts.map(({ name }) => name))

const largest = (quotes: readonly Quote[]): number =>
  Math.max(...written(quotes).flatMap(parts => parts.map(({ value }) => value?.length ?? 0)))

describe('the state of KPIs', () => {
  test('is written in the part that changed alone', () => {
    const quotes = [ticker(DAY), minute(0, 1), minute(1, 1, { final: false }), book(DAY + 1, 1, 1)]
    expect(names(quotes)).toEqual([['quotes'], ['macd'], [], ['quotes']])
    expect(names([ticker(DAY), ticker(DAY - 1)])).toEqual([['quotes'], []])
  })

  test('does not grow with time', () => {
    const day = Array.from({ length: 1_440 }, (_, n) => [
      minute(n - 1, n),
      book(DAY + n * 60_000 + 1, n, 1),
      ticker(DAY + n * 60_000 + 2)
    ]).flat()
    expect(largest(day)).toBeLessThan(1_000)
    expect(largest(day.slice(0, 300))).toBeGreaterThan(largest(day) - 200)
  })

  test('stays small when the tickers fail and books go on, and when candles come in any order', () => {
    const books = Array.from({ length: 2_000 }, (_, n) => book(DAY + n * 1_000, n, n))
    expect(largest([ticker(DAY), ...books])).toBeLessThan(5_000)
    const jumps = Array.from({ length: 1_000 }, (_, n) => minute((n * 7_919) % 10_007, n))
    expect(largest(jumps)).toBeLessThan(1_500)
  })

  test('of a key without any part is a new one', () => {
    expect(codec.restore(KEY, new Map())).toEqual(processor.init(KEY))
  })
})

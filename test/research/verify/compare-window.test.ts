import { expect, test } from '@jest/globals'
import { exchangeById } from '../../../src/exchange/registry.ts'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import { compareWindow, type ReferenceWindow } from '../../../src/research/verify/compare-window.ts'
import { newSummary } from '../../../src/research/verify/summary.ts'
import { candleAt } from '../../support/candles.ts'

const MINUTE = 60_000

/** What is found of a minute each at an exchange, and what was counted. */
const compared = (
  id: string,
  windows: readonly Partial<Candle>[],
  reference: Partial<ReferenceWindow & object> = {}
) => {
  const summary = newSummary(MINUTE, exchangeById(id))
  const found = windows.flatMap((more, n) => {
    const { firstTradeId, lastTradeId, revision, final, status, interval, ...figures } = candleAt(n)
    const due = { ...figures, interval: '1m' as const, ...reference }
    return compareWindow(summary, due.openTime, candleAt(n, more), due)
  })
  return { found: found.map(({ what, computed, expected }) => `${what} ${computed} ${expected}`), summary }
}

test('what the exchange does not tell of its candle is not compared', () => {
  const { found, summary } = compared('binance', [{ quoteVolume: '1', takerBuyVolume: '2', tradeCount: 10 }], {
    quoteVolume: null,
    takerBuyVolume: null,
    takerBuyQuoteVolume: null
  })
  expect([found, summary.equal]).toEqual([[], 1])
})

test('where trades are aggregates of prints, their prints are as many as the exchange counts', () => {
  const { tradeCount } = candleAt(0)
  const aggregates = { firstTradeId: '1', lastTradeId: '4', tradeCount: 4 }
  expect(compared('binance', [{ ...aggregates, printCount: tradeCount }]).found).toEqual([])
  expect(compared('binance', [{ ...aggregates, printCount: 11 }]).found).toEqual([`tradeCount 11 ${tradeCount}`])
})

test('a number that is not the id joins candles', () => {
  const named = { firstTradeId: 'b', lastTradeId: 'a' }
  const { tradeCount: count } = candleAt(0)
  const [first, last] = [String(5), String(4 + count)]
  const next = { ...named, firstSequence: String(5 + count), lastSequence: String(4 + 2 * count) }
  const before = { ...named, firstSequence: first, lastSequence: last }
  expect(compared('binance', [before, next]).found).toEqual([])
  expect(compared('binance', [{ ...before, lastSequence: String(5 + count) }]).found).toHaveLength(1)
  expect(compared('binance', [next, before]).found).toHaveLength(1)
})

test('where no number joins candles none is looked at, and a volume that is missing is told', () => {
  const ids = { firstTradeId: 'b', lastTradeId: 'a' }
  const { found, summary } = compared('bybit', [
    { ...ids, status: 'partial' },
    { ...ids, status: 'matched', matchedBy: ['volume'] },
    { ...ids, status: 'gap', missingVolume: '0.5', volume: '1' }
  ])
  expect([found, summary.equal, summary.ids.size]).toEqual([[], 1, 0])
  expect(summary.incomplete.map(({ missingVolume }) => missingVolume)).toEqual([undefined, '0.5'])
})

test('what an exchange makes by a rule of its own is not compared, and the rest is', () => {
  const reference = { open: '1', high: '2', low: '0.5' }
  expect(compared('bybit', [{ status: 'matched' }], reference).found).toEqual([])
  expect(compared('bybit', [{ status: 'matched' }], { ...reference, volume: '7' }).found).toEqual([
    `volume ${candleAt(0).volume} 7`
  ])
  expect(compared('binance', [{}], reference).found).toHaveLength(3)
})

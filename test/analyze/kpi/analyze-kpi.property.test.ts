import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { analyzeKpi } from '../../../src/analyze/analyze-kpi.ts'
import type { Quote } from '../../../src/analyze/kpi/fold-quotes.ts'
import { KPI_FIGURES } from '../../../src/market/records/derived/kpi.ts'
import { kpis } from '../../../src/topics.ts'
import { expectClose } from '../../contract/indicator-contract.ts'
import { processorContract } from '../../contract/processor-contract.ts'
import { drive } from '../../support/drive.ts'
import { expectedKpis } from '../../support/kpi-oracle.ts'
import { DAY } from '../../support/market.ts'
import { book, minute, ticker } from '../../support/quotes.ts'

const EVERY_MS = 5_000
const topology = analyzeKpi({ everyMs: EVERY_MS })

const money = fc.integer({ min: 0, max: 99_999_999 }).map(n => String(n / 100))
const side = fc.option(money, { freq: 8, nil: null })
const gap = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 6_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 90_000 }) }
)

const figures = fc.record({ open: money, high: money, low: money, close: money, bid: side, ask: side })
const volumes = fc.record({ baseVolume: fc.oneof(fc.constant('0'), money), quoteVolume: money })
const anyTicker = fc.tuple(figures, volumes).map(
  ([a, b]) =>
    (time: number) =>
      ticker(time, { ...a, ...b })
)
const anyBook = fc
  .tuple(fc.nat(), fc.nat(), fc.constantFrom({}, {}, {}, { bids: [] }, { bids: [], asks: [], stale: true as const }))
  .map(
    ([bid, ask, more]) =>
      (time: number) =>
        book(time, bid, ask, more)
  )
/** The minute that has just closed, or one of the fifteen before it. */
const anyMinute = fc
  .tuple(fc.oneof(fc.constant(0), fc.integer({ min: -2, max: 14 })), fc.integer({ min: 1, max: 99_999 }), fc.boolean())
  .map(
    ([back, close, final]) =>
      (time: number) =>
        minute(Math.floor((time - DAY) / 60_000) - 1 - back, close, { final })
  )

const jitter = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: -7_000, max: 7_000 }) }
)
const drawn = fc.tuple(gap, jitter, fc.oneof(anyTicker, anyBook, anyMinute))

/** Records in any order and at any pace, behind minutes enough for MACD. */
const quotes: fc.Arbitrary<readonly Quote[]> = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.array(drawn, { minLength: 1, maxLength: 80 }))
  .map(([before, steps]) => {
    const warm = Array.from({ length: before }, (_, n) => minute(n - before, 100 + ((n * 31) % 17)))
    let time = DAY
    const live = steps.map(([ms, shift, make]) => {
      time += ms
      return make(time + shift)
    })
    return [...warm, ...live]
  })

describe('the KPI topology', () => {
  processorContract({ name: 'kpi', topology, records: quotes })

  test('makes the KPIs that are computed anew from everything before them, in whatever order it came', () => {
    fc.assert(
      fc.property(quotes, input => {
        const found = drive(topology, input).outputs.map(({ value }) => kpis.codec.decode(Buffer.from(value ?? '')))
        const wanted = expectedKpis(input, EVERY_MS)
        expect(found.map(({ time }) => time)).toEqual(wanted.map(({ time }) => time))
        for (const [at, kpi] of found.entries())
          expectClose(
            KPI_FIGURES.map(name => kpi[name]),
            KPI_FIGURES.map(name => wanted[at]![name])
          )
      }),
      { numRuns: 300 }
    )
  })
})

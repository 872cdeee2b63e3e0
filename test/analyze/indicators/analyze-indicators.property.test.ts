import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { analyzeIndicators } from '../../../src/analyze/analyze-indicators.ts'
import type { CandleFigures } from '../../../src/analyze/candle-figures.ts'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import { INDICATOR_FIGURES, type Indicators } from '../../../src/market/records/derived/indicators.ts'
import { indicators } from '../../../src/topics.ts'
import { processorContract } from '../../contract/processor-contract.ts'
import { candleWalk } from '../../support/candle-walk.ts'
import { drive } from '../../support/drive.ts'
import { figureCandle } from '../../support/figure-candles.ts'

const topology = analyzeIndicators()

const price = fc.integer({ min: 5_900_000, max: 6_300_000 })
const anyFigures = fc.tuple(price, price, price, fc.integer({ min: 0, max: 5_000 })).map(([a, b, c, lots]) => ({
  high: Math.max(a, b, c) / 100,
  low: Math.min(a, b, c) / 100,
  close: b / 100,
  volume: lots / 100,
  quoteVolume: (lots * b) / 10_000
}))

/** Minutes since the newest candle: the next one, one of those before it, or one behind a hole. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant(1) },
  { weight: 2, arbitrary: fc.integer({ min: -50, max: 0 }) },
  { weight: 1, arbitrary: fc.integer({ min: 2, max: 4 }) }
)
const isFinal = fc.constantFrom(true, true, true, false)

const warm = candleWalk(31, 40)

/** Finals, revisions, late and open candles behind some that came in order. */
const candles: fc.Arbitrary<readonly Candle[]> = fc
  .array(fc.tuple(step, anyFigures, isFinal), { minLength: 1, maxLength: 60 })
  .map(steps => {
    let newest = warm.at(-1)?.openTime ?? 0
    const live = steps.map(([minutes, figures, final]) => {
      const openTime = newest + minutes * 60_000
      if (final) newest = Math.max(newest, openTime)
      return figureCandle({ ...figures, openTime }, { final })
    })
    return [...warm.map(figures => figureCandle(figures)), ...live]
  })

const published = (input: readonly Candle[]): readonly Indicators[] =>
  drive(topology, input).outputs.map(({ value }) => indicators.codec.decode(Buffer.from(value ?? '')))

const figuresOf = (of: Indicators) => [of.openTime, ...INDICATOR_FIGURES.map(name => of[name])]

/** Finals as they were last told, each once and in order. */
const settled = (input: readonly Candle[]): readonly Candle[] => {
  const newest = new Map(input.filter(({ final }) => final).map(candle => [candle.openTime, candle]))
  return [...newest.values()].sort((a, b) => a.openTime - b.openTime)
}

describe('the indicator topology', () => {
  processorContract({ name: 'indicators', topology, records: candles })

  test('leaves the figures that the settled candles have, whatever was revised on the way', () => {
    fc.assert(
      fc.property(candles, input => {
        const last = new Map(published(input).map(one => [one.openTime, figuresOf(one)]))
        const straight = published(settled(input)).map(figuresOf)
        expect([...last.values()].sort(([a], [b]) => Number(a) - Number(b))).toEqual(straight)
      }),
      { numRuns: 100 }
    )
  })

  test('gives each change of a record the next revision', () => {
    fc.assert(
      fc.property(candles, input => {
        const seen = new Map<number, number>()
        for (const { openTime, revision } of published(input)) {
          expect(revision).toBe((seen.get(openTime) ?? -1) + 1)
          seen.set(openTime, revision)
        }
      }),
      { numRuns: 100 }
    )
  })
})

describe('the state of indicators', () => {
  const { processor, state: codec } = topology
  const written = (input: readonly Candle[]) => {
    let state = processor.init('binance:BTC/USDT')
    return input.map(candle => {
      state = processor.step(state, candle).state
      return codec.changes(state)
    })
  }
  const long: readonly CandleFigures[] = candleWalk(33, 3_000)

  test('is written for the interval whose candle closed, and not for open candles', () => {
    const [first, hour, open] = [
      figureCandle(long[0]!),
      figureCandle(long[0]!, { interval: '1h' }),
      figureCandle(long[1]!, { final: false })
    ]
    expect(written([first, hour, open]).map(parts => parts.map(({ name }) => name))).toEqual([['1m'], ['1h'], []])
  })

  test('does not grow with time', () => {
    const sizes = written(long.map(figures => figureCandle(figures))).map(([part]) => part?.value?.length ?? 0)
    expect(Math.max(...sizes)).toBeLessThan(8_000)
    expect(Math.max(...sizes.slice(0, 200))).toBeGreaterThan(Math.max(...sizes) - 200)
  })
})

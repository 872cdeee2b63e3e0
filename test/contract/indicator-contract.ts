import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { CandleFigures } from '../../src/analyze/candle-figures.ts'
import type { Indicator } from '../../src/analyze/indicator/indicator.ts'
import { candleWalk, flatCandles } from '../support/candle-walk.ts'
import { DAY } from '../support/market.ts'

/** The figures of a value, in a fixed order; null where one of them is undefined. */
export type Figures = readonly (number | null)[]

/** One indicator, and what others say of it. */
export type IndicatorCase<State, In, Value> = {
  readonly indicator: Indicator<State, In, Value>
  /** What it takes of a candle. */
  readonly input: (candle: CandleFigures) => In
  readonly figures: (value: Value) => Figures
  /** How many candles its first value needs, and how many until all of its figures are there. */
  readonly warm: number
  readonly whole?: number
  /** Its figures after these candles by the plain definition, over all of them at once. */
  readonly definition: (candles: readonly CandleFigures[]) => Figures
  /** trading-signals on the same candles: takes one, gives the figures once they are there. */
  readonly reference: () => (candle: CandleFigures) => Figures | null
  /** Candles after which two seeds of the same mean have met. */
  readonly agreesFrom?: number
  /** Its figures while nothing moves. */
  readonly flat: Figures | null
}

/** Apart by no more than a billionth of the larger one (or of 1, for figures around 0). */
export const expectClose = (found: Figures | null, wanted: Figures | null): void => {
  expect(found?.map(figure => figure === null)).toEqual(wanted?.map(figure => figure === null))
  wanted?.forEach((figure, at) => {
    if (figure === null) return
    const apart = Math.abs((found?.[at] ?? Number.NaN) - figure) / Math.max(1, Math.abs(figure))
    expect(apart).toBeLessThan(1e-9)
  })
}

const price = fc.oneof(
  fc.integer({ min: 0, max: 9_999_999 }).map(n => n / 100),
  fc.constantFrom(100, 1e-8, 1e12)
)

/** Candles of every kind: calm, jumping, of one price for long, with nothing traded, across days. */
const anyCandles: fc.Arbitrary<readonly CandleFigures[]> = fc
  .array(fc.tuple(price, price, price, fc.constantFrom(0, 0.00001, 3, 1e9), fc.constantFrom(1, 1, 1, 25)), {
    minLength: 1,
    maxLength: 40
  })
  .map(drawn =>
    drawn
      .flatMap(([a, b, c, volume, times]) => {
        const candle = { high: Math.max(a, b, c), low: Math.min(a, b, c), close: b, volume, quoteVolume: volume * b }
        return Array.from({ length: times }, () => candle)
      })
      .map((candle, n) => ({ ...candle, openTime: DAY + n * 7_200_000 }))
  )

/** What every indicator promises. */
export const indicatorContract = <State, In, Value>(name: string, of: IndicatorCase<State, In, Value>): void => {
  const { indicator, input, warm, whole = warm } = of
  const add = (state: State, candle: CandleFigures): State => indicator.add(state, input(candle))
  const stateAfter = (candles: readonly CandleFigures[]): State => candles.reduce(add, indicator.init())
  const figures = (state: State): Figures | null => {
    const value = indicator.value(state)
    return value === null ? null : of.figures(value)
  }

  describe(`the contract of indicators: ${name}`, () => {
    test('it has no value before it is warm, and all its figures from then on', () => {
      const walk = candleWalk(7, whole + 50)
      let state = indicator.init()
      for (const [n, candle] of walk.entries()) {
        expect(figures(state) === null).toBe(n < warm)
        if (n >= whole) expect(figures(state)).not.toContain(null)
        else expect(figures(state) ?? [null]).toContain(null)
        state = add(state, candle)
      }
    })

    test('the open candle is corrected by adding it again to the state before it, which no candle changes', () => {
      const walk = candleWalk(11, whole + 40)
      for (let n = 0; n + 1 < walk.length; n++) {
        const [before, at] = [walk.slice(0, n), walk[n]!]
        const state = stateAfter(before)
        const text = JSON.stringify(state)
        add(state, { ...at, high: at.high * 2, close: at.close * 1.5 })
        expect(figures(add(state, at))).toEqual(figures(stateAfter([...before, at])))
        expect(JSON.stringify(state)).toBe(text)
      }
    })

    test('restored from its JSON at any candle, it goes on with the same values', () => {
      const walk = candleWalk(13, whole + 60)
      let [kept, restored] = [indicator.init(), indicator.init()]
      for (const candle of walk) {
        kept = add(kept, candle)
        restored = add(JSON.parse(JSON.stringify(restored)), candle)
        expect(figures(restored)).toEqual(figures(kept))
      }
    })

    test('no figure is ever NaN or infinite, whatever the market does', () => {
      fc.assert(
        fc.property(anyCandles, candles => {
          let state = indicator.init()
          for (const candle of candles) {
            state = add(state, candle)
            for (const figure of figures(state) ?? []) expect(figure === null || Number.isFinite(figure)).toBe(true)
          }
        }),
        { numRuns: 100 }
      )
    })

    test('while nothing moves it says what is written of it', () => {
      expect(figures(stateAfter(flatCandles(61_685.98, 200)))).toEqual(of.flat)
    })

    test('its values are those of its definition over all candles at once', () => {
      for (const count of [whole, whole + 1, 200, 1_500]) {
        const walk = candleWalk(count, count)
        expectClose(figures(stateAfter(walk)), of.definition(walk))
      }
    })

    test('its values are those of trading-signals', () => {
      for (const seed of [1, 2, 3]) {
        let state = indicator.init()
        const reference = of.reference()
        for (const [n, candle] of candleWalk(seed, 1_200).entries()) {
          state = add(state, candle)
          const wanted = reference(candle)
          if (n >= (of.agreesFrom ?? whole)) expectClose(figures(state), wanted)
        }
      }
    })
  })
}

import { describe, expect, test } from '@jest/globals'
import { NEW_KALMAN, type Observed, observe } from '../../../src/analyze/pair/kalman.ts'
import { vectors } from './vectors.ts'

const observeAll = (a: readonly number[], b: readonly number[]): readonly Observed[] => {
  let state = NEW_KALMAN
  return a.map((value, n) => {
    const observed = observe(state, value, b[n]!)
    state = observed.after
    return observed
  })
}

describe('the Kalman filter', () => {
  test.each(vectors.pairs)('is that of plain matrices: $name', ({ a, b, kalman }) => {
    const observed = observeAll(a, b)
    const shown = observed.filter((_, at) => at % 10 === 1 || at === observed.length - 1)
    expect(shown).toHaveLength(kalman.length)
    for (const [n, [alpha, beta, spread]] of kalman.entries()) {
      const { before, spread: found } = shown[n]!
      expect(Math.abs(before.alpha - alpha)).toBeLessThan(1e-8 * (1 + Math.abs(alpha)))
      expect(Math.abs(before.beta - beta)).toBeLessThan(1e-8 * (1 + Math.abs(beta)))
      expect(Math.abs(found - spread)).toBeLessThan(1e-8 * (a[0] ?? 1))
    }
  })

  test('measures a price by what it knew before: the same spread, whatever the price does to the line', () => {
    const [a, b] = [vectors.pairs[0]?.a ?? [], vectors.pairs[0]?.b ?? []]
    const before = observeAll(a.slice(0, 100), b).at(-1)!.after
    for (const price of [1, 50_000, 1e9]) {
      const { before: line, spread } = observe(before, price, b[100]!)
      expect(line).toEqual({ alpha: before.alpha, beta: before.beta })
      expect(spread).toBe(price - before.alpha - before.beta * b[100]!)
    }
  })

  test('follows a hedge that changes', () => {
    const b = Array.from({ length: 600 }, (_, n) => 100 + 10 * Math.sin(n / 7))
    const a = b.map((x, n) => (n < 300 ? 2 : 3) * x)
    const observed = observeAll(a, b)
    expect(observed[299]!.before.beta).toBeCloseTo(2, 2)
    expect(observed[599]!.before.beta).toBeCloseTo(3, 2)
  })

  test('learns nothing from prices that no number holds', () => {
    const state = observe(NEW_KALMAN, 20, 10).after
    for (const [a, b] of [
      [Number.NaN, 1],
      [1, Number.POSITIVE_INFINITY],
      [1e300, 1e300]
    ] as const)
      expect(observe(state, a, b).after).toMatchObject({ alpha: state.alpha, beta: state.beta })
  })
})

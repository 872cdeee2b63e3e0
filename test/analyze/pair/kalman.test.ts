import { describe, expect, test } from '@jest/globals'
import { type Filtered, filterLine } from '../../../src/analyze/pair/hedge/kalman.ts'
import { vectors } from './vectors.ts'

const filtered = (a: readonly number[], b: readonly number[], begins: number): Filtered => {
  const found = filterLine(a, b, begins)
  if (found === null) throw new Error('the filter has no beginning')
  return found
}

describe('the Kalman filter', () => {
  test.each(vectors.pairs)('is that of plain matrices: $name', ({ a, b, kalman }) => {
    const begins = Math.floor(a.length / 2)
    const { innovations, held } = filtered(a, b, begins)
    const steps = innovations.map((_, at) => at).filter(at => at % 10 === 0 || at === innovations.length - 1)
    expect(steps).toHaveLength(kalman.length)
    for (const [n, [alpha, beta, innovation, heldSpread]] of kalman.entries()) {
      const at = steps[n]!
      const { line } = filtered(a.slice(0, begins + at + 1), b, begins)
      expect(Math.abs(line.alpha - alpha)).toBeLessThan(1e-8 * (1 + Math.abs(alpha)))
      expect(Math.abs(line.beta - beta)).toBeLessThan(1e-8 * (1 + Math.abs(beta)))
      expect(Math.abs(innovations[at]! - innovation)).toBeLessThan(1e-8 * (a[0] ?? 1))
      expect(Math.abs(held[at]! - heldSpread)).toBeLessThan(1e-8 * (a[0] ?? 1))
    }
  })

  test('measures a price by what it knew before: the same line and hedge, whatever that price is', () => {
    const [a, b] = [vectors.pairs[0]?.a ?? [], vectors.pairs[0]?.b ?? []]
    const before = filtered(a.slice(0, 101), b, 50)
    for (const price of [1, 50_000, 1e9]) {
      const { line, innovations, held } = filtered([...a.slice(0, 100), price], b, 50)
      expect(line).toEqual(before.line)
      expect(innovations.at(-1)).toBe(price - line.alpha - line.beta * b[100]!)
      const gain = price - a[99]! - line.beta * (b[100]! - b[99]!)
      expect(Math.abs(held.at(-1)! - held.at(-2)! - gain)).toBeLessThan(1e-9 * (a[0] ?? 1))
    }
  })

  test('holds each hedge over one step: of what is held, a hedge that changes afterwards takes nothing back', () => {
    const b = Array.from({ length: 300 }, (_, n) => 100 + 10 * Math.sin(n / 7))
    const a = b.map((x, n) => (n < 150 ? 2 : 3) * x)
    const { held } = filtered(a, b, 100)
    expect(held.slice(0, 50)).toEqual(Array(50).fill(0))
    const early = filtered(a.slice(0, 200), b, 100).held
    expect(held.slice(0, 100)).toEqual(early)
  })

  test('follows a hedge that changes', () => {
    const b = Array.from({ length: 1_200 }, (_, n) => 100 + 10 * Math.sin(n / 7))
    const a = b.map((x, n) => (n < 300 ? 2 : 3) * x)
    expect(filtered(a.slice(0, 300), b, 150).line.beta).toBeCloseTo(2, 9)
    expect(filtered(a, b, 150).line.beta).toBeCloseTo(3, 2)
  })

  test('has no line where the other price did not move at its beginning, and none of prices that no number holds', () => {
    const flat = Array(20).fill(5)
    const walk = Array.from({ length: 20 }, (_, n) => 100 + Math.sin(n))
    expect(filterLine(walk, flat, 10)).toBeNull()
    expect(filterLine(flat, walk, 10)?.line).toEqual({ alpha: 5, beta: 0 })
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(filterLine([...walk, bad], [...walk, 1], 10)).toBeNull()
      expect(filterLine([...walk, 1], [...walk, bad], 10)).toBeNull()
    }
  })
})

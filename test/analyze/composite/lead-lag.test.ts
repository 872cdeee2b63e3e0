import { describe, expect, test } from '@jest/globals'
import { leadOf, weightedReturns } from '../../../src/analyze/composite/lead-lag.ts'
import { seeded } from '../../support/seeded.ts'

const noise = (seed: number, count: number): number[] => {
  const next = seeded(seed)
  return Array.from({ length: count }, () => next() + next() + next() - 1.5)
}

/** The moves of a market, and those of one that is `by` windows behind it. */
const shifted = (by: number) => {
  const moves = noise(7, 80)
  return { first: moves.slice(10, 70), second: moves.slice(10 - by, 70 - by) }
}

describe('lead and lag', () => {
  test.each([0, 1, 2, 5])(
    'a market that is %i windows ahead of another says so, and the other the same below 0',
    by => {
      const { first, second } = shifted(by)
      expect(leadOf(first, second)).toEqual({ lead: by, leadCorrelation: expect.closeTo(1, 9) })
      expect(leadOf(second, first)).toEqual({ lead: by === 0 ? 0 : -by, leadCorrelation: expect.closeTo(1, 9) })
    }
  )

  test('are found under noise of the same size', () => {
    const { first, second } = shifted(2)
    const blurred = second.map((move, n) => move + noise(11, 60)[n]!)
    expect(leadOf(first, blurred).lead).toBe(2)
  })

  test('are not said of markets that have nothing to do with each other: at most one in twenty', () => {
    let said = 0
    for (let n = 0; n < 2_000; n++) if (leadOf(noise(2 * n + 1, 60), noise(2 * n + 2, 60)).lead !== null) said++
    expect(said / 2_000).toBeLessThan(0.06)
    expect(said).toBeGreaterThan(0)
  })

  test('are null where too few moves are known: at the furthest shift thirty are needed', () => {
    const { first, second } = shifted(0)
    expect(leadOf(first.slice(0, 35), second.slice(0, 35)).lead).toBe(0)
    expect(leadOf(first.slice(0, 34), second.slice(0, 34))).toEqual({ lead: null, leadCorrelation: null })
    expect(leadOf([], [])).toEqual({ lead: null, leadCorrelation: null })
  })

  test('are null where one of the two does not move', () => {
    const { first } = shifted(0)
    expect(leadOf(first, Array(60).fill(0))).toEqual({ lead: null, leadCorrelation: null })
  })

  test('pass over windows that one of the two lacks', () => {
    const { first, second } = shifted(1)
    const holed = second.map((move, n) => (n % 7 === 3 ? null : move))
    expect(leadOf(first, holed).lead).toBe(1)
  })
})

test('what the others did is weighted by their volume, window by window; null where none of them traded', () => {
  const one = { returns: [0.1, 0.2, null, 0.4], volumes: [1, 0, 1, 0] }
  const other = { returns: [0.3, 0.4, 0.5, 0.6], volumes: [3, 2, 1, 0] }
  expect(weightedReturns([one, other], 4)).toEqual([expect.closeTo(0.25, 12), 0.4, 0.5, null])
  expect(weightedReturns([], 2)).toEqual([null, null])
})

import { describe, expect, test } from '@jest/globals'
import { simulate } from './simulate.ts'

const SEEDS = Array.from({ length: 60 }, (_, n) => n + 1)

const kinds = new Set<string>()

describe('the stages in a world where everything fails', () => {
  test.each(SEEDS)('keep every promise under seed %d', async seed => {
    const { problems, faults } = await simulate(seed)
    for (const kind of faults.keys()) kinds.add(kind)
    expect(problems).toEqual([])
  })

  test('live the same life again under the same seed, event by event', async () => {
    const [once, again, other] = [await simulate(7), await simulate(7), await simulate(8)]
    expect(again).toEqual(once)
    expect(other.hash).not.toBe(once.hash)
  })

  test('meet faults of many kinds', () => {
    expect(kinds.size).toBeGreaterThan(20)
  })
})

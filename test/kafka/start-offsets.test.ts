import { describe, expect, test } from '@jest/globals'
import { startOf } from '../../src/kafka/start-offsets.ts'

const held = { topic: 'p-ohlcv_1m', partition: 2, low: 100n, high: 200n }

describe('where a partition is read on from', () => {
  test('a new partition begins with what it holds', () => {
    expect(startOf(held, null)).toMatchObject({ next: 100n, stored: null, lost: 0n, problem: null })
  })

  test.each([100n, 150n, 200n])('a position inside goes on where it was left: %s', stored => {
    expect(startOf(held, stored)).toMatchObject({ next: stored, stored, lost: 0n, problem: null })
  })

  test('a position that retention has overtaken goes on at the beginning, and says how many records are lost', () => {
    const start = startOf(held, 40n)
    expect(start).toMatchObject({ next: 100n, stored: 40n, lost: 60n })
    expect(start.problem).toContain('60 records of p-ohlcv_1m/2 (offsets 40..99)')
  })

  test('a position behind the end is a topic made anew, which is read from its beginning', () => {
    const start = startOf(held, 500n)
    expect(start).toMatchObject({ next: 100n, stored: 500n, lost: 0n })
    expect(start.problem).toContain('made anew')
  })
})

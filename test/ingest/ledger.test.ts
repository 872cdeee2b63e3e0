import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  countIds,
  createLedger,
  enterId,
  expectUpTo,
  missingIn,
  removeIds,
  reopen
} from '../../src/market/id-ledger.ts'

const idsOf = (ranges: readonly { from: number; to: number }[]): readonly number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i))

/** Ids 1000..1000+n with some left out and some repeated, in any order behind the first. */
const arrivals = fc
  .array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 120 })
  .map(ids => [1000, ...ids.map(id => 1000 + id)])

describe('the ledger of ids', () => {
  test('lets every id through exactly once, in whatever order and however often it comes', () => {
    fc.assert(
      fc.property(arrivals, ids => {
        const ledger = createLedger(null)
        const fresh = ids.filter(id => enterId(ledger, id).fresh)
        expect([...fresh].sort((a, b) => a - b)).toEqual([...new Set(ids)].sort((a, b) => a - b))
      })
    )
  })

  test('has gaps that are exactly the ids that never came', () => {
    fc.assert(
      fc.property(arrivals, ids => {
        const ledger = createLedger(null)
        for (const id of ids) enterId(ledger, id)
        const max = Math.max(...ids)
        const absent = idsOf([{ from: 1000, to: max }]).filter(id => !ids.includes(id))
        expect(idsOf(ledger.gaps)).toEqual(absent)
        expect(countIds(ledger.gaps)).toBe(absent.length)
        expect(ledger.max).toBe(max)
      })
    )
  })

  test('opens, over all jumps, gaps that cover what is missing in the end', () => {
    fc.assert(
      fc.property(arrivals, ids => {
        const ledger = createLedger(null)
        const opened = ids.flatMap(id => enterId(ledger, id).gap ?? [])
        expect(opened.flatMap(hole => missingIn(ledger, hole))).toEqual(ledger.gaps)
      })
    )
  })

  test('forgets ids that were given up, and no others', () => {
    const ledger = createLedger(10)
    enterId(ledger, 21)
    removeIds(ledger, { from: 14, to: 16 })
    expect(ledger.gaps).toEqual([
      { from: 11, to: 13 },
      { from: 17, to: 20 }
    ])
    expect(enterId(ledger, 15).fresh).toBe(false)
    expect(missingIn(ledger, { from: 13, to: 18 })).toEqual([
      { from: 13, to: 13 },
      { from: 17, to: 18 }
    ])
  })

  test('can be told of ids that exist, and of gaps from an earlier run', () => {
    const ledger = createLedger(10)
    expect(expectUpTo(ledger, 12)).toEqual({ from: 11, to: 12 })
    expect(expectUpTo(ledger, 12)).toBeNull()
    reopen(ledger, { from: 4, to: 5 })
    expect(idsOf(ledger.gaps)).toEqual([4, 5, 11, 12])
    expect(enterId(ledger, 13)).toEqual({ fresh: true, gap: null })
  })
})

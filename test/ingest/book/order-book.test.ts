import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { BookDiff } from '../../../src/exchange/exchange.ts'
import { createOrderBook } from '../../../src/ingest/quotes/book/order-book.ts'
import type { BookLevel } from '../../../src/market/records/feed/book.ts'
import { epochMs } from '../../../src/market/time.ts'

const SNAPSHOT = {
  lastId: 10,
  bids: [
    ['100', '1'],
    ['99.5', '2'],
    ['9', '3']
  ],
  asks: [
    ['100.01', '4'],
    ['102', '5']
  ]
} as const

const diff = (
  firstId: number,
  lastId: number,
  bids: readonly BookLevel[] = [],
  asks: readonly BookLevel[] = []
): BookDiff => ({
  firstId,
  lastId,
  time: epochMs(1_723_161_600_000),
  bids,
  asks
})

const bookOf = (levels = 1_000) => createOrderBook(SNAPSHOT, levels)

describe('an order book', () => {
  test('shows the best levels first, compared as decimals', () => {
    expect(bookOf().top(2)).toEqual({ bids: SNAPSHOT.bids.slice(0, 2), asks: SNAPSHOT.asks })
  })

  test('takes quantities as absolute, adds levels and takes away those of nothing', () => {
    const book = bookOf()
    const change = diff(
      11,
      12,
      [
        ['99.5', '7'],
        ['100', '0'],
        ['99.75', '1'],
        ['42', '0']
      ],
      [['101', '1']]
    )
    expect(book.apply(change)).toBe('applied')
    expect(book.lastId()).toBe(12)
    expect(book.top(10)).toEqual({
      bids: [
        ['99.75', '1'],
        ['99.5', '7'],
        ['9', '3']
      ],
      asks: [
        ['100.01', '4'],
        ['101', '1'],
        ['102', '5']
      ]
    })
  })

  test('ignores what it has already, and takes what overlaps', () => {
    const book = bookOf()
    expect(book.apply(diff(5, 10, [['100', '0']]))).toBe('old')
    expect(book.top(1).bids).toEqual([['100', '1']])
    expect(book.apply(diff(8, 11, [['100', '8']]))).toBe('applied')
    expect(book.top(1).bids).toEqual([['100', '8']])
  })

  test('is broken by a jump of ids, and crossed by a bid that meets an ask', () => {
    expect(bookOf().apply(diff(12, 13))).toBe('broken')
    expect(bookOf().apply(diff(11, 11, [['100.01', '1']]))).toBe('crossed')
    expect(bookOf().apply(diff(11, 11, [], [['100', '1']]))).toBe('crossed')
    expect(createOrderBook({ ...SNAPSHOT, asks: [['100', '1']] }, 1_000).isCrossed()).toBe(true)
  })

  test('with a side that has no order shows none there, and is not crossed', () => {
    const book = createOrderBook({ ...SNAPSHOT, asks: [] }, 1_000)
    expect(book.isCrossed()).toBe(false)
    expect(book.top(10).asks).toEqual([])
  })

  test('knows nothing beyond the last level of a full snapshot, and says how much is left', () => {
    const book = bookOf(2)
    const change = diff(
      11,
      11,
      [
        ['8', '1'],
        ['99.9', '1']
      ],
      [
        ['103', '1'],
        ['102', '0']
      ]
    )
    expect(book.apply(change)).toBe('applied')
    expect(book.top(10)).toEqual({
      bids: [
        ['100', '1'],
        ['99.9', '1'],
        ['99.5', '2'],
        ['9', '3']
      ],
      asks: [['100.01', '4']]
    })
    expect(book.left()).toBe(1)
    expect(bookOf(4).left()).toBe(Number.POSITIVE_INFINITY)
  })

  test('equals the fold of any changes, whatever the prices', () => {
    const price = fc.integer({ min: 1, max: 400 }).map(n => String(n / 4))
    const level = fc.tuple(price, fc.constantFrom('0', '1', '2.5'))
    fc.assert(
      fc.property(fc.array(fc.array(level, { maxLength: 8 }), { maxLength: 40 }), changes => {
        const book = createOrderBook({ lastId: 0, bids: [], asks: [] }, 1_000)
        const fold = new Map<string, string>()
        for (const [i, levels] of changes.entries()) {
          expect(book.apply(diff(i + 1, i + 1, levels))).toBe('applied')
          for (const [at, quantity] of levels) quantity === '0' ? fold.delete(at) : fold.set(at, quantity)
        }
        expect(book.top(1_000).bids).toEqual([...fold].sort(([a], [b]) => Number(b) - Number(a)))
      })
    )
  })
})

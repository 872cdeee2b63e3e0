import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createTailSearch } from '../../../src/research/positions/translate-position.ts'
import { incoming } from '../../support/records.ts'

const record = (value: string, offset: number) => incoming({ offset: String(offset), value: Buffer.from(value) })

/** Records of a log, whose offsets have marks of transactions between them. */
const logOf = (values: readonly string[], step: number, first: number) =>
  values.map((value, at) => record(value, first + at * step))

const search = (tail: readonly string[], copy: readonly ReturnType<typeof record>[], byTime = 0n) => {
  const found = createTailSearch(logOf(tail, 1, 0))
  for (const one of copy) found.add(one)
  return found.translated(byTime)
}

test('a position is found behind the same records, whatever the offsets of the copy are', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 80 }),
      fc.nat(),
      fc.integer({ min: 1, max: 32 }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(1_000),
      (values, anywhere, length, step, first) => {
        const next = 1 + (anywhere % values.length)
        const copy = logOf(values, step, first)
        const translated = search(values.slice(Math.max(0, next - length), next), copy)
        expect(translated).toEqual({ next: BigInt(copy[next - 1]!.offset) + 1n, by: 'exact' })
      }
    )
  )
})

test('of records that stand there twice the first ones count, so that nothing is skipped', () => {
  expect(search(['b', 'c'], logOf(['a', 'b', 'c', 'd', 'b', 'c', 'e'], 1, 10))).toEqual({ next: 13n, by: 'earlier' })
})

test('where the records are not there, their time decides', () => {
  expect(search(['b', 'c'], logOf(['a', 'b', 'x', 'c'], 1, 10), 7n)).toEqual({ next: 7n, by: 'time' })
  expect(search(['b'], [], 7n)).toEqual({ next: 7n, by: 'time' })
})

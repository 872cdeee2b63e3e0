import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { subtractExactly } from '../../src/alert/subtract-exactly.ts'

test.each([
  [0.3, 0.1, 0.2],
  [64_000.3, 64_000.1, 0.2],
  [-0.3, -0.1, -0.2],
  [1e-7, 0.1, -0.0999999],
  [1.5e-7, 1e-7, 5e-8],
  [1e21, 1, 1e21],
  [5e-324, 0, 5e-324],
  [1.7976931348623157e308, 5e-324, 1.7976931348623157e308],
  [0, 0, 0]
])('%d less %d is %d', (a, b, difference) => expect(subtractExactly(a, b)).toBe(difference))

test('whole numbers are subtracted as ever, and what is taken away can be added again', () => {
  const whole = fc.integer({ min: -(2 ** 50), max: 2 ** 50 })
  const cents = fc.integer({ min: -1_000_000, max: 1_000_000 })
  fc.assert(fc.property(whole, whole, (a, b) => subtractExactly(a, b) === a - b))
  fc.assert(fc.property(cents, cents, (a, b) => subtractExactly(a / 100, b / 100) === (a - b) / 100))
})

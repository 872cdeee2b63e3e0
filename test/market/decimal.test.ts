import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addTrade, canonicalDecimal, compareDecimals, DecimalSum, isDecimal } from '../../src/market/decimal.ts'

/** Decimals as fractions of 10^-30, the slow and certain way. */
const SCALE = 30
const exact = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(SCALE, '0'))
}
const show = (value: bigint, scale: number): string => {
  const digits = value.toString().padStart(scale + 1, '0')
  const fraction = digits.slice(-scale).replace(/0+$/, '')
  return digits.slice(0, -scale) + (fraction && `.${fraction}`)
}

const digits = (least: number, most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most }).map(list => list.join(''))
const plain = fc
  .tuple(digits(1, 20), digits(0, 15))
  .map(([whole, fraction]) => (fraction ? `${whole}.${fraction}` : whole))
const decimal = plain.map(canonicalDecimal)

describe('canonical decimals', () => {
  test('are plain digits without needless zeros, of the same value', () => {
    fc.assert(
      fc.property(plain, text => {
        const canonical = canonicalDecimal(text)
        expect(isDecimal(canonical)).toBe(true)
        expect(exact(canonical)).toBe(exact(text))
        expect(canonicalDecimal(canonical)).toBe(canonical)
      })
    )
  })

  test.each([
    ['61837.63000000', '61837.63'],
    ['0.00000000', '0'],
    ['000.500', '0.5'],
    ['100', '100'],
    ['10.0', '10']
  ])('%s is %s', (text, canonical) => {
    expect(canonicalDecimal(text)).toBe(canonical)
  })

  test.each(['NaN', '1e309', '-1', '', '.5', '5.', ' 1', '1,5', 'Infinity', 5, null, undefined, {}])(
    '%p is refused',
    value => {
      expect(() => canonicalDecimal(value)).toThrow(/is not a plain decimal/)
    }
  )

  test('compare as their values do', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(Math.sign(compareDecimals(a, b))).toBe(exact(a) < exact(b) ? -1 : exact(a) > exact(b) ? 1 : 0)
      })
    )
  })
})

describe('a decimal sum', () => {
  test('is exact whatever is added, and in whatever order', () => {
    fc.assert(
      fc.property(fc.array(decimal, { maxLength: 30 }), list => {
        const sum = new DecimalSum()
        for (const text of list) sum.addText(text)
        expect(String(sum)).toBe(
          show(
            list.reduce((total, text) => total + exact(text), 0n),
            SCALE
          )
        )
      })
    )
  })

  test('of two sums is the sum of all they hold', () => {
    fc.assert(
      fc.property(fc.array(decimal, { maxLength: 10 }), fc.array(decimal, { maxLength: 10 }), (left, right) => {
        const [all, a, b] = [new DecimalSum(), new DecimalSum(), new DecimalSum()]
        for (const text of [...left, ...right]) all.addText(text)
        for (const text of left) a.addText(text)
        for (const text of right) b.addText(text)
        a.addSum(b)
        expect(String(a)).toBe(String(all))
      })
    )
  })

  test('survives being written and read', () => {
    fc.assert(fc.property(decimal, text => expect(String(DecimalSum.from(text))).toBe(text)))
  })

  test('of products is exact where a double is not', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(decimal, decimal, fc.boolean()), { maxLength: 20 }), trades => {
        const sums = {
          volume: new DecimalSum(),
          quoteVolume: new DecimalSum(),
          takerVolume: new DecimalSum(),
          takerQuote: new DecimalSum()
        }
        for (const [price, size, taker] of trades) addTrade(sums, price, size, taker)
        const quote = (list: typeof trades) =>
          show(
            list.reduce((total, [price, size]) => total + exact(price) * exact(size), 0n),
            2 * SCALE
          )
        expect([String(sums.quoteVolume), String(sums.takerQuote)]).toEqual([
          quote(trades),
          quote(trades.filter(([, , taker]) => taker))
        ])
      })
    )
  })

  test('carries over at the edge of what a double holds exactly', () => {
    const sum = DecimalSum.from('9007199254740991')
    for (let n = 0; n < 5; n++) sum.addText('1')
    expect(String(sum)).toBe('9007199254740996')
  })
})

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareDecimals, multiplyDecimals, subtractDecimals } from '../../src/market/decimal.ts'
import { baseQuantity, inverseSizes, linearSizes } from '../../src/market/records/feed/contract-size.ts'

const decimalOf = (most: number, digits: number) =>
  fc.bigInt(1n, BigInt(most) * 10n ** BigInt(digits)).map(units => {
    const text = String(units).padStart(digits + 1, '0')
    return `${text.slice(0, -digits)}.${text.slice(-digits)}`.replace(/\.?0+$/, '')
  })

const distance = (a: string, b: string): string =>
  compareDecimals(a, b) >= 0 ? subtractDecimals(a, b) : subtractDecimals(b, a)

describe('sizes of contracts', () => {
  test('that hold the base currency are exact', () => {
    expect(linearSizes('12', '0.01')).toEqual({ quantity: '0.12', contracts: '12' })
    expect(linearSizes('0.1', '0.1')).toEqual({ quantity: '0.01', contracts: '0.1' })
  })

  test('that hold the quote currency are exact in it, and rounded in the base currency', () => {
    expect(inverseSizes('3', '100', '61837.6')).toEqual({
      quantity: '0.004851417260695758',
      contracts: '3',
      quoteQuantity: '300'
    })
    expect(inverseSizes('1', '10', '0.5')).toEqual({ quantity: '20', contracts: '1', quoteQuantity: '10' })
  })

  test('are rounded to 18 digits, a half to the even one', () => {
    const half = (digit: number): string => `0.00000000000000000${digit}5`
    expect([1, 2, 3].map(digit => baseQuantity(half(digit), '1'))).toEqual([
      '0.000000000000000002',
      '0.000000000000000002',
      '0.000000000000000004'
    ])
    expect(baseQuantity('0.0000000000000000025001', '1')).toBe('0.000000000000000003')
  })

  test('times the price are the quote quantity, but for what rounding takes', () => {
    fc.assert(
      fc.property(decimalOf(1_000_000_000, 2), decimalOf(1_000_000, 8), (quote, price) => {
        const product = multiplyDecimals(baseQuantity(quote, price), price)
        // Half of the last digit, times the price.
        const most = multiplyDecimals('0.0000000000000000005', price)
        expect(compareDecimals(distance(product, quote), most)).toBeLessThanOrEqual(0)
      })
    )
  })
})

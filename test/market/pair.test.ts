import { describe, expect, test } from '@jest/globals'
import { pairKey, parsePair } from '../../src/market/pair.ts'

describe('a pair', () => {
  test('is written as its two instruments, and read back', () => {
    const text = 'binance:BTC/USDT~binance:ETH/USDT'
    expect(parsePair(text)).toEqual({ a: 'binance:BTC/USDT', b: 'binance:ETH/USDT' })
    expect(pairKey(parsePair(text))).toBe(text)
  })

  test.each(['', 'binance:BTC/USDT', 'BTC~ETH', 'binance:BTC/USDT~', 'x:A/B~x:C/D~x:E/F', 'x:A/B~x:A/B'])(
    'is not "%s"; the error shows the form',
    text => {
      expect(() => parsePair(text)).toThrow(/binance:BTC\/USDT/)
    }
  )
})

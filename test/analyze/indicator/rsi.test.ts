import { describe, expect, test } from '@jest/globals'
import { RSI } from 'trading-signals'
import { rsi } from '../../../src/analyze/indicator/rsi.ts'
import { indicatorContract } from '../../contract/indicator-contract.ts'
import { plainWilder, steps } from '../../support/plain-indicators.ts'

indicatorContract('RSI', {
  indicator: rsi(14),
  input: ({ close }) => close,
  figures: value => [value],
  warm: 15,
  definition: candles => {
    const changes = steps(candles.map(({ close }) => close))
    const smoothed = (of: (change: number) => number): number => plainWilder(changes.map(of), 14).at(-1)!
    const strength = smoothed(change => Math.max(change, 0)) / smoothed(change => Math.max(-change, 0))
    return [100 - 100 / (1 + strength)]
  },
  reference: () => {
    const reference = new RSI(14)
    return ({ close }) => [reference.update(close, false)]
  },
  flat: null
})

const rsiOf = (closes: readonly number[]) => {
  const { init, add, value } = rsi(14)
  return value(closes.reduce(add, init()))
}

describe('RSI', () => {
  const rising = Array.from({ length: 15 }, (_, n) => 100 + n)

  test('is 100 when nothing fell, and 0 when nothing rose', () => {
    expect(rsiOf(rising)).toBe(100)
    expect(rsiOf(rising.toReversed())).toBe(0)
  })

  test('is undefined while nothing has moved, and there with the first move', () => {
    const still = Array.from({ length: 15 }, () => 100)
    expect(rsiOf(still)).toBeNull()
    expect(rsiOf([...still, 99])).toBe(0)
    expect(rsiOf([...still, 101])).toBe(100)
  })
})

import { expect, test } from '@jest/globals'
import { INTERVAL_MS, INTERVALS } from '../../src/market/interval.ts'
import { intervalName } from '../../src/research/interval-name.ts'

test('an interval that the pipeline builds has its name', () => {
  expect(INTERVALS.map(interval => intervalName(INTERVAL_MS[interval]))).toEqual(INTERVALS)
})

test.each([
  [180_000, '3m'],
  [14_400_000, '4h'],
  [7_000, '7s'],
  [604_800_000, '7d'],
  [5_400_000, '90m'],
  [1_500, '1500ms']
])('one of %d ms is called %s', (lengthMs, name) => {
  expect(intervalName(lengthMs)).toBe(name)
})

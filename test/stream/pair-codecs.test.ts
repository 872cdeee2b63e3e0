import { describe, expect, test } from '@jest/globals'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { pairLegs, pairs } from '../../src/topics.ts'

const exampleOf = (topic: string): Readonly<Record<string, unknown>> =>
  readTopicFiles().find(({ name }) => name === topic)?.example.value ?? {}

const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

describe('the codec of pairs', () => {
  const example = exampleOf(pairs.name)

  test('reads null where a figure is undefined', () => {
    const without = { ...example, halfLife: null, cointegrated: null }
    expect(pairs.codec.encode(pairs.codec.decode(bytes(without)))).toBe(JSON.stringify(without))
  })

  test.each([
    ['beta', undefined],
    ['zScore', 'NaN'],
    ['cointegrated', 1],
    ['method', 'ridge'],
    ['openTime', 12]
  ])('refuses %s: %s, by its name', (field, value) => {
    expect(() => pairs.codec.decode(bytes({ ...example, [field]: value }))).toThrow(new RegExp(`^${field}:`))
  })
})

describe('the codec of legs', () => {
  test.each([
    ['side', 'c'],
    ['close', '1.50'],
    ['interval', '2m'],
    ['revision', -1]
  ])('refuses %s: %s, by its name', (field, value) => {
    const example = exampleOf(pairLegs.name)
    expect(() => pairLegs.codec.decode(bytes({ ...example, [field]: value }))).toThrow(new RegExp(`^${field}:`))
  })
})

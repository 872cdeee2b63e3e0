import { describe, expect, test } from '@jest/globals'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { exchangeKlines, verifications } from '../../src/topics.ts'

const exampleOf = (topic: string): Readonly<Record<string, unknown>> =>
  readTopicFiles().find(({ name }) => name === topic)?.example.value ?? {}

const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

test.each([
  ['interval', '5m'],
  ['openTime', 1_723_161_540_001],
  ['closeTime', 'now'],
  ['closeTime', 1_723_161_599_000],
  ['close', '1.50'],
  ['tradeCount', -1]
])('the codec of exchange klines refuses %s: %s, by its name', (field, value) => {
  const example = exampleOf(exchangeKlines.name)
  expect(() => exchangeKlines.codec.decode(bytes({ ...example, [field]: value }))).toThrow(new RegExp(`^${field}:`))
})

describe('the codec of verifications', () => {
  const example = exampleOf(verifications.name)

  test('reads one of which there is nothing to tell', () => {
    const plain = { ...example, result: 'unmatched', revision: -1, differences: [], verifiedTo: null }
    expect(verifications.codec.encode(verifications.codec.decode(bytes(plain)))).toBe(JSON.stringify(plain))
  })

  test.each([
    ['result', 'same'],
    ['revision', 0.5],
    ['differences', {}],
    ['field', undefined],
    ['verifiedTo', 12]
  ])('refuses %s: %s, by its name', (field, value) => {
    const bad = field === 'field' ? { differences: [{ ours: '1', theirs: '2' }] } : { [field]: value }
    expect(() => verifications.codec.decode(bytes({ ...example, ...bad }))).toThrow(new RegExp(`^${field}:`))
  })
})

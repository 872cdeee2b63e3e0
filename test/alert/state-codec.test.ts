import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { alert } from '../../src/alert/alert.ts'
import type { Observation } from '../../src/alert/observation.ts'
import type { RuleChange } from '../../src/alert/rule-change.ts'
import { anyRecords } from './any-records.ts'
import { candle, change, hole, rule } from './facts.ts'

const { processor, state: codec } = alert()

/** The state after some records, and its parts as they stand when every so many records are committed. */
const fold = (records: readonly (Observation | RuleChange)[], commitEvery: number) => {
  const parts = new Map<string, string>()
  let state = processor.init('alert')
  for (const [n, record] of records.entries()) {
    state = processor.step(state, record).state
    if ((n + 1) % commitEvery !== 0 && n + 1 < records.length) continue
    for (const { name, value } of codec.changes(state)) value === null ? parts.delete(name) : parts.set(name, value)
  }
  return { state, parts }
}

describe('the state of a partition', () => {
  test('is whole in its parts, whenever they were written', () => {
    fc.assert(
      fc.property(anyRecords, fc.integer({ min: 1, max: 20 }), (records, commitEvery) => {
        const { state, parts } = fold(records, commitEvery)
        expect(codec.restore('alert', parts)).toEqual(state)
      })
    )
  })

  test('keeps no more candles than the longest window needs, in memory and in its parts', () => {
    const candles = Array.from({ length: 1_200 }, (_, n) => candle(n))
    const { state, parts } = fold(candles, 7)
    expect([...state.candles.values()].map(rows => rows.length)).toEqual([501])
    expect([...parts.keys()].filter(name => name.startsWith('candles/')).length).toBeLessThanOrEqual(12)
    expect(codec.restore('alert', parts)).toEqual(state)
  })

  test('forgets holes that are closed', () => {
    const holes = Array.from({ length: 100 }, (_, n) => String(1_000 * n)).flatMap(fromId => [
      hole('open', { fromId }),
      hole('filled', { fromId })
    ])
    const { state, parts } = fold([change(rule({ kind: 'gap' }), 0), ...holes], 3)
    expect(state.crossings.size).toBe(0)
    expect([...parts.keys()]).toEqual(['rule/r'])
  })
})

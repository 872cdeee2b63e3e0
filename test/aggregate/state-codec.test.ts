import { describe, expect, test } from '@jest/globals'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { INTERVALS } from '../../src/market/interval.ts'
import { DAY, trade } from '../support/market.ts'

const { processor, state: codec } = aggregate({ intervals: INTERVALS, gapHoldMs: 3_000, revisionHorizonMs: 600_000 })

/** A symbol that trades ten times a second, so many seconds long, committed every second: the characters stored in the end, and those of the last commit. */
const commits = (seconds: number) => {
  const state = processor.init('binance:BTC/USDT')
  const stored = new Map<string, string>()
  let written = 0
  for (let n = 0; n < seconds * 10; n++) {
    processor.step(state, trade(1000 + n, DAY + n * 100))
    if (n % 10 < 9) continue
    const parts = codec.changes(state)
    written = parts.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
    for (const { name, value } of parts) value === null ? stored.delete(name) : stored.set(name, value)
  }
  return { written, stored: [...stored.values()].reduce((sum, value) => sum + value.length, 0) }
}

describe('the state of a symbol', () => {
  test('costs a commit what has changed since the last one, however much is held', () => {
    const [young, old] = [commits(60), commits(560)]
    expect(old.stored).toBeGreaterThan(6 * young.stored)
    expect(old.written).toBeLessThan(1.1 * young.written)
  })

  test('is bounded by the horizon of revisions', () => {
    expect(commits(1_800).stored).toBeLessThan(1.1 * commits(900).stored)
  })
})

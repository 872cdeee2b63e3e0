import { describe, expect, test } from '@jest/globals'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { HEAD } from '../../src/aggregate/state/state-codec.ts'
import { INTERVALS } from '../../src/market/interval.ts'
import { DAY, heartbeat, lost, trade } from '../support/market.ts'

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

/** A state part as it was before gaps were stored with who tells of them. */
const without = (name: string, text: string): string => {
  if (name.startsWith('holes/')) return JSON.stringify(JSON.parse(text).map((row: number[]) => row.slice(0, 8)))
  return name === HEAD ? text.replace(/"(before|after)Id":\d+,/g, '') : text
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

  test('revises a closed window after a restore as it would have without one', () => {
    const state = processor.init('binance:BTC/USDT')
    for (const id of [1, 2, 4]) processor.step(state, trade(id, DAY + id * 100))
    processor.step(state, trade(5, DAY + 20_000))
    const stored = new Map(codec.changes(state).flatMap(({ name, value }) => (value === null ? [] : [[name, value]])))
    const late = trade(3, DAY + 300)
    const revised = processor.step(codec.restore('binance:BTC/USDT', stored), late)
    expect(revised.emit.find(({ interval }) => interval === '1s')).toMatchObject({ revision: 1, tradeCount: 4 })
    expect(revised).toMatchObject({ emit: processor.step(state, late).emit })
  })

  test('closes no window earlier than without a restore, where times went back to before the first one', () => {
    const state = processor.init('binance:BTC/USDT')
    for (const one of [trade(1, DAY), trade(4, DAY - 1)]) processor.step(state, one)
    const stored = new Map(codec.changes(state).flatMap(({ name, value }) => (value === null ? [] : [[name, value]])))
    const [filled, end] = [trade(2, DAY - 1), trade(3, DAY + 1_000)]
    const restored = codec.restore('binance:BTC/USDT', stored)
    expect(processor.step(restored, filled).emit).toEqual([])
    expect(processor.step(state, filled).emit).toEqual([])
    expect(processor.step(restored, end).emit).toEqual(processor.step(state, end).emit)
  })

  test.each([1, 150])('says of %i gaps what it said before they were stored with who tells of them', gaps => {
    const state = processor.init('binance:BTC/USDT')
    for (let n = 0; n <= gaps; n++) processor.step(state, trade(10 * n, DAY + n * 2_000))
    const stored = codec.changes(state).flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const]))
    const old = codec.restore('binance:BTC/USDT', new Map(stored.map(([name, value]) => [name, without(name, value)])))
    const ends = [
      trade(4, DAY + 900),
      heartbeat(6, DAY + 1_100),
      lost(0, 10 * gaps, DAY),
      heartbeat(10 * gaps, DAY + 900_000)
    ]
    const emitted = (of: typeof state) => ends.flatMap(tick => processor.step(of, tick).emit)
    const expected = emitted(state)
    expect(expected.filter(({ status }) => status === 'gap').length).toBeGreaterThan(1)
    expect(emitted(old)).toEqual(expected)
  })
})

import { describe, expect, test } from '@jest/globals'
import { inTurns } from '../../src/research/backtest/backtest-report.ts'
import { fakeClock } from '../support/fake-clock.ts'

/** So many steps, each of which takes a while. */
const slowly = (steps: number, stepMs: number) => {
  const clock = fakeClock()
  let elapsed = 0
  let taken = 0
  const work = function* (): Generator<undefined, string> {
    for (; taken < steps; taken++) {
      elapsed += stepMs
      yield
    }
    return 'done'
  }
  return { clock: { ...clock, monotonicMs: () => elapsed }, slept: clock.slept, work: work(), taken: () => taken }
}

const NEVER = new AbortController().signal

describe('long work', () => {
  test('is done to its end, and lets others in every 50 ms', async () => {
    const { clock, work, slept } = slowly(100, 10)
    expect(await inTurns(work, clock, NEVER)).toBe('done')
    expect(slept).toHaveLength(20)
  })

  test('that is short lets nobody wait', async () => {
    const { clock, work, slept } = slowly(4, 10)
    expect(await inTurns(work, clock, NEVER)).toBe('done')
    expect(slept).toEqual([])
  })

  test('ends at the next turn when it is interrupted', async () => {
    const { clock, work, taken } = slowly(1_000, 10)
    const interrupt = new AbortController()
    setImmediate(() => interrupt.abort(new Error('interrupted')))
    await expect(inTurns(work, clock, interrupt.signal)).rejects.toThrow('interrupted')
    expect(taken()).toBeLessThan(20)
  })
})

import { describe, expect, test } from '@jest/globals'
import { createPulse } from '../../src/runtime/observe/pulse.ts'
import { handClock } from '../support/hand-clock.ts'

const scene = () => {
  const clock = handClock()
  const pulse = createPulse(clock)
  const round = (source: number): void => {
    pulse.ask(source)
    pulse.answer(source)
  }
  return { clock, pulse, round }
}

describe('a pulse', () => {
  test('knows nothing before the first answer', () => {
    const { clock, pulse } = scene()
    pulse.ask(1)
    clock.pass(9_000)
    expect(pulse.ageMs()).toBeNull()
  })

  test('is as old as the last answer when nobody is asked any more', () => {
    const { clock, pulse, round } = scene()
    round(1)
    clock.pass(4_000)
    expect(pulse.ageMs()).toBe(4_000)
  })

  test('is as old as the silence of one, however lively the others are', () => {
    const { clock, pulse, round } = scene()
    round(1)
    pulse.ask(2)
    for (let n = 0; n < 10; n++) {
      clock.pass(1_000)
      round(1)
    }
    expect(pulse.ageMs()).toBe(10_000)
    pulse.answer(2)
    expect(pulse.ageMs()).toBe(0)
  })

  test('who is asked again after a new beginning goes on with the silence of before', () => {
    const { clock, pulse, round } = scene()
    round(1)
    pulse.ask(2)
    clock.pass(4_000)
    pulse.regroup()
    round(1)
    pulse.ask(2)
    clock.pass(1_000)
    expect(pulse.ageMs()).toBe(5_000)
  })

  test('an answer ends the silence of before for good', () => {
    const { clock, pulse, round } = scene()
    pulse.ask(1)
    clock.pass(4_000)
    pulse.regroup()
    round(1)
    clock.pass(100)
    pulse.ask(1)
    expect(pulse.ageMs()).toBe(100)
  })

  test('one that is not asked any more after a new beginning is no silence', () => {
    const { clock, pulse, round } = scene()
    pulse.ask(2)
    clock.pass(4_000)
    pulse.regroup()
    round(1)
    expect(pulse.ageMs()).toBe(0)
  })
})

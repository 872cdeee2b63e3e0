import { describe, expect, test } from '@jest/globals'
import type { Consumer } from 'kafkajs'
import { watchFetches } from '../../src/kafka/client/fetch-pulse.ts'
import { createPulse } from '../../src/runtime/observe/pulse.ts'
import { handClock } from '../support/hand-clock.ts'

/** The client's events, in the hand of a test. */
const scene = () => {
  const events = { REQUEST: 'request', FETCH_START: 'start', FETCH: 'fetch', GROUP_JOIN: 'join' }
  const listeners = new Map<string, (event: { payload: object }) => void>()
  const consumer = {
    events,
    on: (name: string, hear: (event: { payload: object }) => void) => listeners.set(name, hear)
  }
  const clock = handClock()
  const pulse = createPulse(clock)
  watchFetches(consumer as unknown as Consumer, pulse)
  const tell = (name: string, payload: object): void => listeners.get(name)?.({ payload })
  const ask = (nodeId = 1): void => tell('start', { nodeId })
  const hear = (apiName = 'Fetch'): void => tell('request', { apiName })
  const end = (nodeId = 1): void => tell('fetch', { nodeId })
  return { clock, pulse, ask, hear, end, join: () => tell('join', {}) }
}

describe('fetches of a consumer', () => {
  test('beat when an answer has come, an empty one too', () => {
    const { clock, pulse, ask, hear, end } = scene()
    ask()
    clock.pass(100)
    hear()
    end()
    expect(pulse.ageMs()).toBe(0)
  })

  test('that end without an answer, as after a lost connection, do not', () => {
    const { clock, pulse, ask, hear, end } = scene()
    ask()
    hear()
    end()
    for (let n = 0; n < 5; n++) {
      ask()
      clock.pass(1_000)
      hear('Metadata')
      end()
    }
    expect(pulse.ageMs()).toBe(5_000)
  })

  test('that end with a new membership instead of records do not', () => {
    const { clock, pulse, ask, hear, end, join } = scene()
    ask()
    hear()
    end()
    for (let n = 0; n < 5; n++) {
      ask()
      clock.pass(1_000)
      hear()
      join()
      end()
    }
    expect(pulse.ageMs()).toBe(5_000)
  })
})

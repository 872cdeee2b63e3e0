import { describe, expect, test } from '@jest/globals'
import { retryWhileUnavailable } from '../../src/kafka/client/retry-while-unavailable.ts'
import { TickstreamError } from '../../src/market/error.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { silent } from '../support/silent.ts'

const away = (retryAfterMs = 0) => new TickstreamError('TS-AWAY', 'away', { retryAfterMs })

const failing = (errors: readonly Error[]) => {
  const left = [...errors]
  return async (): Promise<string> => {
    const error = left.shift()
    if (error) throw error
    return 'done'
  }
}

const waiting = () => ({
  clock: fakeClock(),
  log: silent,
  health: createHealth(),
  part: 'the part',
  signal: new AbortController().signal
})

describe('waiting an outage out', () => {
  test('waits longer from failure to failure, and at least as long as it is asked to', async () => {
    const until = waiting()
    const { result, failures } = await retryWhileUnavailable(failing([away(), away(30_000), away(1)]), until)
    expect([result, failures]).toEqual(['done', 3])
    const [first, second, third] = until.clock.slept
    expect(first).toBeLessThanOrEqual(200)
    expect(second).toBe(30_000)
    expect(third).toBeGreaterThanOrEqual(400)
    expect(third).toBeLessThanOrEqual(800)
  })

  test('says what it waits for until it is over', async () => {
    const until = waiting()
    const said: (readonly string[])[] = []
    const work = failing([away()])
    const watched = async (): Promise<string> => {
      said.push(until.health.problems())
      return work()
    }
    await retryWhileUnavailable(watched, until)
    expect([...said, until.health.problems()]).toEqual([[], ['the part: away'], []])
  })

  test('what does not pass is not waited for', async () => {
    const until = waiting()
    const bad = new TickstreamError('TS-DATA', 'bad')
    await expect(retryWhileUnavailable(failing([bad]), until)).rejects.toBe(bad)
    expect(until.clock.slept).toEqual([])
  })
})

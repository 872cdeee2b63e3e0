import { expect, test } from '@jest/globals'
import { createConnectLimiter } from '../../src/ingest/transport/connect-limiter.ts'
import { DAY } from '../support/market.ts'
import { createVirtualClock } from './virtual-clock.ts'

test('attempts to connect stay within half of what the exchange allows in five minutes', async () => {
  const clock = createVirtualClock(DAY)
  const budget = createConnectLimiter({ max: 20, perMs: 300_000 }, clock, new AbortController().signal)
  const takenAtMs: number[] = []
  const take = async (): Promise<void> => {
    await budget.acquire()
    takenAtMs.push(clock.monotonicMs())
  }
  for (let i = 0; i < 25; i++) void take()
  await clock.advance(299_000)
  expect(takenAtMs).toHaveLength(10)
  await clock.advance(2_000)
  expect(takenAtMs).toHaveLength(20)
  await clock.advance(300_000)
  expect(takenAtMs).toHaveLength(25)
})

test('a span of another length is kept as well', async () => {
  const clock = createVirtualClock(DAY)
  const budget = createConnectLimiter({ max: 6, perMs: 1_000 }, clock, new AbortController().signal)
  let taken = 0
  for (let i = 0; i < 7; i++) void budget.acquire().then(() => taken++)
  await clock.advance(990)
  expect(taken).toBe(3)
  await clock.advance(20)
  expect(taken).toBe(6)
})

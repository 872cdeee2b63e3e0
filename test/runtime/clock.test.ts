import { expect, test } from '@jest/globals'
import { systemClock } from '../../src/runtime/clock.ts'

test('a wait of months does not end at once', async () => {
  const given = new AbortController()
  const asleep = systemClock.sleep(90 * 86_400_000, given.signal).then(
    () => 'awake',
    () => 'given up'
  )
  expect(await Promise.race([asleep, systemClock.sleep(50).then(() => 'asleep')])).toBe('asleep')
  given.abort()
  expect(await asleep).toBe('given up')
})

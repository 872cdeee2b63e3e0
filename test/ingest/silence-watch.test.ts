import { expect, test } from '@jest/globals'
import { createSilenceWatch } from '../../src/ingest/frames/silence-watch.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

test('a stream that is silent for days is due less and less often, and once an hour in the end', () => {
  const watch = createSilenceWatch(['A/B'])
  watch.open(0)
  const due = Array.from({ length: 48 * 60 }, (_, minute) => minute).filter(
    minute => watch.due(minute * MINUTE).length > 0
  )
  expect(due.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 32])
  const waits = due.slice(1).map((minute, n) => (minute - due[n]!) * MINUTE)
  expect(Math.max(...waits)).toBe(HOUR)
  expect(due.length).toBeLessThan(56)
})

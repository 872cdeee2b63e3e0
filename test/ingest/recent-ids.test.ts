import { expect, test } from '@jest/globals'
import { createRecentIds } from '../../src/ingest/feed/recent-ids.ts'

const MINUTE = 60_000

test('an id is known for ten minutes, and for as long as few have come since', () => {
  const seen = createRecentIds()
  seen.add('first', 0)
  for (let n = 1; n < 500; n++) seen.add(`slow ${n}`, n * MINUTE)
  expect(seen.add('first', 0)).toBe(false)
})

test('of an instrument that trades once a second for an hour no more than the last 1,000 are kept', () => {
  const seen = createRecentIds()
  for (let n = 0; n < 3_600; n++) seen.add(`${n}`, n * 1_000)
  const known = Array.from({ length: 3_600 }, (_, n) => seen.timeOf(`${n}`)).filter(time => time !== undefined)
  expect(known).toHaveLength(1_000)
})

import { describe, expect, test } from '@jest/globals'
import { trimBacklog } from '../../src/ingest/trades/trim-backlog.ts'
import { DAY, trade } from '../support/market.ts'

const MINUTE = 60_000
const first = trade(100, DAY + 10 * MINUTE + 30_000)
const idsOf = (minutes: readonly number[]): readonly number[] =>
  trimBacklog(
    minutes.map((minute, n) => trade(100 - minutes.length + n, DAY + minute * MINUTE)),
    first
  ).map(({ id }) => Number(id))

describe('of the history before a first live trade', () => {
  test('a busy symbol keeps the minute of that trade and the one before it', () => {
    expect(idsOf([7, 8.5, 9, 9.5, 10, 10.2])).toEqual([96, 97, 98, 99])
  })

  test('a quiet one keeps no more than the last trade from before, which proves where the minute begins', () => {
    expect(idsOf([-5000, -900, 2, 10.1, 10.4])).toEqual([97, 98, 99])
    expect(idsOf([-5000, -900])).toEqual([99])
  })

  test('what the stream has brought as well is left to the stream', () => {
    expect(trimBacklog([trade(99, DAY + 10 * MINUTE), first], first).map(({ id }) => id)).toEqual(['99'])
  })
})

import { describe, expect, test } from '@jest/globals'
import type { Admin } from 'kafkajs'
import { heldOffsets, startOf } from '../../src/kafka/start-offsets.ts'

const held = { topic: 'p-ohlcv_1m', partition: 2, low: 100n, high: 200n }

describe('where a partition is read on from', () => {
  test('a new partition begins with what it holds', () => {
    expect(startOf(held, null)).toMatchObject({ next: 100n, stored: null, lost: 0n, problem: null })
  })

  test.each([100n, 150n, 200n])('a position inside goes on where it was left: %s', stored => {
    expect(startOf(held, stored)).toMatchObject({ next: stored, stored, lost: 0n, problem: null })
  })

  test('a position that retention has overtaken goes on at the beginning, and says how many records are lost', () => {
    const start = startOf(held, 40n)
    expect(start).toMatchObject({ next: 100n, stored: 40n, lost: 60n })
    expect(start.problem).toContain('60 records of p-ohlcv_1m/2 (offsets 40..99)')
  })

  test('a position behind the end is a topic made anew, which is read from its beginning', () => {
    const start = startOf(held, 500n)
    expect(start).toMatchObject({ next: 100n, stored: 500n, lost: 0n })
    expect(start.problem).toContain('made anew')
  })
})

/** A broker's client that knows the partitions of the topic asked about last, as the real one does in a cluster. */
const forgetful = (topics: readonly string[]) => {
  let known = ''
  return {
    listTopics: async () => [...topics],
    fetchTopicOffsets: async (topic: string) => {
      known = topic
      await null
      if (known !== topic) throw new TypeError(`${topic} is forgotten`)
      return [{ partition: 0, offset: '9', high: '9', low: '4' }]
    }
  }
}

describe('what partitions hold', () => {
  test('is told of several topics though the client remembers one at a time', async () => {
    const admin = forgetful(['a', 'b', 'c']) as unknown as Admin
    expect(await heldOffsets(admin, ['a', 'b', 'c', 'a'])).toEqual(
      ['a', 'b', 'c'].map(topic => ({ topic, partition: 0, low: 4n, high: 9n }))
    )
  })

  test('of a missing topic cannot be told, and its name is', async () => {
    const admin = forgetful(['a']) as unknown as Admin
    await expect(heldOffsets(admin, ['a', 'b'])).rejects.toThrow('b cannot be read: missing on the broker')
  })
})

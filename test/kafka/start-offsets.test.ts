import { describe, expect, test } from '@jest/globals'
import type { Admin } from 'kafkajs'
import { explainStopped, moveGroupRemedy } from '../../src/kafka/admin/log/log-change.ts'
import type { TopicLog } from '../../src/kafka/admin/log/logs.ts'
import { offsetRanges, resumeOffset } from '../../src/kafka/admin/log/resume-offsets.ts'
import type { LogIdentity, StoredPosition } from '../../src/stream/log-identity.ts'

const log: TopicLog = { clusterId: 'here', topicId: 'T1', leaderEpochs: new Map([[2, 7]]) }
const held = { topic: 'p-ohlcv_1m', partition: 2, low: 100n, high: 200n, log, epochEnd: null }
const bare = (next: bigint): StoredPosition => ({ next, log: null })
const in1 = (next: bigint, more: Partial<LogIdentity> = {}): StoredPosition => ({
  next,
  log: { clusterId: 'here', topicId: 'T1', leaderEpoch: 6, ...more }
})

describe('where a partition is read on from', () => {
  test('a new partition begins with what it holds', () => {
    expect(resumeOffset(held, null)).toMatchObject({ next: 100n, stored: null, lost: 0n, problem: null, change: null })
  })

  test.each([100n, 150n, 200n])('a position inside goes on where it was left: %s', stored => {
    const start = resumeOffset(held, in1(stored))
    expect(start).toMatchObject({ next: stored, stored, lost: 0n, problem: null, change: null, isAdopted: false })
    expect(start.log).toEqual({ clusterId: 'here', topicId: 'T1', leaderEpoch: 6 })
  })

  test('a position that bears no log is taken for one in the log that is there, once', () => {
    expect(resumeOffset(held, bare(150n))).toMatchObject({ next: 150n, isAdopted: true, change: null })
    expect(resumeOffset({ ...held, log: null }, bare(150n))).toMatchObject({
      next: 150n,
      isAdopted: false,
      change: null
    })
  })

  test('one that is adopted bears the present leader epoch, so that a later cut under it is noticed', () => {
    const { log: adopted } = resumeOffset(held, bare(150n))
    expect(adopted).toEqual({ clusterId: 'here', topicId: 'T1', leaderEpoch: 7 })
    const cut = resumeOffset({ ...held, epochEnd: 120n }, { next: 150n, log: adopted })
    expect(cut.change).toMatchObject({ reason: 'truncated', resumeAt: 120n })
  })

  test('a position that retention has overtaken goes on at the beginning, and says how many records are lost', () => {
    const start = resumeOffset(held, in1(40n))
    expect(start).toMatchObject({ next: 100n, stored: 40n, lost: 60n, change: null })
    expect(start.problem).toContain('60 records of p-ohlcv_1m/2 (offsets 40..99)')
  })
})

describe('a position in another log is not gone on from', () => {
  test.each([
    ['another cluster', in1(150n, { clusterId: 'there' }), {}, 'cluster', 100n],
    ['a topic made anew, though it has as many records', in1(150n, { topicId: 'T0' }), {}, 'topic', 100n],
    [
      'a mirror in another cluster, whose topic has another id',
      in1(150n, { clusterId: 'there', topicId: 'T0' }),
      {},
      'cluster',
      100n
    ],
    ['a log that was cut under it, and has grown since', in1(150n), { epochEnd: 120n }, 'truncated', 120n],
    ['a log that ends before it', in1(500n), {}, 'truncated', 200n],
    ['a log that ends before it, where no log was noted: it may be another one', bare(500n), {}, 'truncated', 100n],
    ['a position before the beginning of a topic made anew', in1(40n, { topicId: 'T0' }), {}, 'topic', 100n]
  ] as const)('%s', (_, stored, now, reason, resumeAt) => {
    const start = resumeOffset({ ...held, ...now }, stored)
    expect(start.change).toMatchObject({ reason, resumeAt })
    expect(start).toMatchObject({ next: stored.next, lost: 0n })
  })

  test('but one behind the high watermark is well while the leader still has its epoch: its followers lag', () => {
    expect(resumeOffset({ ...held, epochEnd: 230n }, in1(220n))).toMatchObject({ next: 220n, change: null })
  })

  test('says in one sentence a topic what happened, what to do, and what else', () => {
    const stopped = [0, 1].map(partition => ({
      topic: 'p-gaps',
      partition,
      stored: 100n,
      change: resumeOffset({ ...held, low: 0n }, in1(100n, { topicId: 'T0' })).change!
    }))
    const [sentence, ...others] = explainStopped(stopped, moveGroupRemedy('p-', 'sink-postgres'))
    expect(others).toEqual([])
    expect(sentence).toContain('p-gaps (partitions 0, 1) is not the log that was read before')
    expect(sentence).toContain('its id is T1, and was T0')
    expect(sentence).toContain('`tickstream replay --topic gaps --from-offset 0 --to-group sink-postgres`')
  })

  test('names the partition and the offset of a cut, where the others are well', () => {
    const change = resumeOffset({ ...held, epochEnd: 120n }, in1(150n)).change!
    const stopped = [{ topic: 'p-gaps', partition: 2, stored: 150n, change }]
    const [sentence] = explainStopped(stopped, moveGroupRemedy('p-', 'sink-influx'))
    expect(sentence).toContain('p-gaps/2 is not the log')
    expect(sentence).toContain(
      '`tickstream replay --topic gaps --partition 2 --from-offset 120 --to-group sink-influx`'
    )
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
    expect(await offsetRanges(admin, ['a', 'b', 'c', 'a'])).toEqual(
      ['a', 'b', 'c'].map(topic => ({ topic, partition: 0, low: 4n, high: 9n }))
    )
  })

  test('of a missing topic cannot be told, and its name is', async () => {
    const admin = forgetful(['a']) as unknown as Admin
    await expect(offsetRanges(admin, ['a', 'b'])).rejects.toThrow('b cannot be read: missing on the broker')
  })
})

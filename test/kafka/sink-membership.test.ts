import { describe, expect, test } from '@jest/globals'
import type { Assignment, ConsumerSession } from '../../src/kafka/client/consumer-session.ts'
import type { OwnedPartitions } from '../../src/kafka/sink/resume-assignment.ts'
import { createOffsetCommitter } from '../../src/kafka/sink/sink-commits.ts'
import type { StoredPosition } from '../../src/stream/log-identity.ts'
import type { Sink } from '../../src/stream/sink.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { memorySink } from '../support/memory-sink.ts'
import { silent } from '../support/silent.ts'

const NEVER = new AbortController().signal
const PLACE = { topic: 'numbers', partition: 0 }
const LOG = { clusterId: 'here', topicId: 'T1' }
const BATCH = { values: [], advances: [] }

type Told = Parameters<ConsumerSession['commitOffsets']>[0][number]

/** A group that takes positions until it refuses, around a sink whose positions it keeps. */
const scene = (more: Partial<Sink<string>> = {}) => {
  const { positions: _, ...plain } = memorySink({})
  const writes: AbortSignal[] = []
  const write: Sink<string>['write'] = async (_batch, signal) => {
    writes.push(signal)
    return 'written'
  }
  const commits: (readonly Told[])[] = []
  let revoke = new AbortController()
  const assign = (): Assignment => ({ partitions: [PLACE], revoked: revoke.signal })
  let assignment: Assignment | null = assign()
  let onCommit: () => void = () => undefined
  const session = {
    assignment: () => assignment,
    commitOffsets: async (positions: readonly Told[]) => {
      commits.push(positions)
      onCommit()
    }
  }
  const clock = fakeClock()
  const sink: Sink<string> = { ...plain, write, ...more }
  const membership = createOffsetCommitter({ sink, clock, log: silent }, session)
  const owned: OwnedPartitions = {
    assignment,
    stored: new Map([['numbers/0', 7n]]),
    epochs: new Map([['numbers/0', 4]]),
    read: new Map([['numbers/0', { log: { ...LOG, leaderEpoch: 3 }, checkedEpoch: 4 }]]),
    readTo: new Map(),
    stopped: [],
    positions: new Map()
  }
  return {
    ...{ membership, owned, writes, commits, clock, sink },
    rebalance: () => {
      revoke.abort(new Error('anew'))
      revoke = new AbortController()
      assignment = assign()
    },
    whenAsked: (does: () => void) => {
      onCommit = does
    }
  }
}

describe('a sink whose positions are those of its group', () => {
  test('asks the group before it writes, and again when it was not heard for two seconds', async () => {
    const { membership, owned, writes, commits, clock } = scene()
    const sink = membership.fencedSink(owned)
    await sink.write(BATCH, NEVER)
    await sink.write(BATCH, NEVER)
    expect([writes.length, commits]).toEqual([2, [[{ ...PLACE, next: 7n, log: { ...LOG, leaderEpoch: 4 } }]]])
    await clock.sleep(2_000)
    await sink.write(BATCH, NEVER)
    expect([writes.length, commits.length]).toEqual([3, 2])
  })

  test('writes nothing when the group does not answer, or answers after it has given the partitions out anew', async () => {
    const { membership, owned, writes, whenAsked, rebalance } = scene()
    const sink = membership.fencedSink(owned)
    whenAsked(() => {
      throw new Error('UNKNOWN_MEMBER_ID')
    })
    await expect(sink.write(BATCH, NEVER)).rejects.toMatchObject({ retryable: true })
    whenAsked(rebalance)
    await expect(sink.write(BATCH, NEVER)).rejects.toMatchObject({ retryable: true })
    expect(writes).toEqual([])
  })

  test('gives up what is on its way when its assignment is revoked', async () => {
    const { membership, owned, writes, rebalance } = scene()
    await membership.fencedSink(owned).write(BATCH, NEVER)
    expect(writes[0]?.aborted).toBe(false)
    rebalance()
    expect(writes[0]?.aborted).toBe(true)
  })

  test('an owner of another time tells nothing', async () => {
    const { membership, owned, commits, rebalance } = scene()
    rebalance()
    expect(await membership.commit(owned)).toBe(false)
    expect(commits).toEqual([])
  })
})

describe('a sink with positions of its own', () => {
  const keeping = { positions: async () => new Map<string, StoredPosition>() }

  test('is not guarded, and tells the group once a second at most', async () => {
    const { membership, owned, commits, clock, sink } = scene(keeping)
    expect(membership.fencedSink(owned)).toBe(sink)
    await membership.commitWhenDue(owned)
    await membership.commitWhenDue(owned)
    expect(commits).toHaveLength(1)
    await clock.sleep(1_000)
    await membership.commitWhenDue(owned)
    expect(commits).toHaveLength(2)
  })
})

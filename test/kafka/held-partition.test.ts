import { describe, expect, test } from '@jest/globals'
import type { Producer, ProducerBatch } from 'kafkajs'
import type { Offsets } from '../../src/kafka/task/commit/state-changelog.ts'
import { nothingRestored } from '../../src/kafka/task/commit/state-changelog.ts'
import type { Message } from '../../src/kafka/task/partition-group.ts'
import { StreamTask } from '../../src/kafka/task/stream-task.ts'
import { TaskState } from '../../src/kafka/task/task-state.ts'
import { epochMs } from '../../src/market/time.ts'
import { nextTurn } from '../../src/runtime/clock.ts'
import type { Topology } from '../../src/stream/topology.ts'
import { fakeClock } from '../support/fake-clock.ts'

type Total = { sum: number }

/** Tells the sum of all numbers so far at each of them. */
const sums: Topology<Total, number, number> = {
  name: 'sums',
  from: [{ name: 'numbers', decode: bytes => Number(bytes) }],
  key: () => 'all',
  processor: {
    init: () => ({ sum: 0 }),
    step: (state, number) => {
      state.sum += number
      return { state, emit: [state.sum] }
    }
  },
  route: sum => ({ topic: 'told', key: 'all', value: String(sum), time: epochMs(0) }),
  state: {
    version: '1',
    changes: ({ sum }) => [{ name: 'sum', value: String(sum) }],
    restore: (_, parts) => ({ sum: Number(parts.get('sum') ?? 0) })
  }
}

const BATCH = 10_000
const FIRST_OFFSET = 40
const numbers = Array.from(
  { length: BATCH },
  (_, n): Message => ({ key: null, timestamp: '0', value: Buffer.from('1'), offset: String(FIRST_OFFSET + n) })
)
const END = FIRST_OFFSET + BATCH

type Written = { readonly told: readonly string[]; readonly sum: string; readonly position: Offsets }

const written = ({ topicMessages = [] }: ProducerBatch): Written => {
  const of = (topic: string) => topicMessages.find(one => one.topic === topic)?.messages ?? []
  const state = new Map(of('sums_state').map(({ key, value }) => [String(key), String(value)]))
  return {
    told: of('told').map(({ value }) => String(value)),
    sum: state.get('all|sum') ?? '',
    position: (JSON.parse(state.get('position') ?? '') as { nextOffsets: Offsets }).nextOffsets
  }
}

const hold = () => {
  const commits: Written[] = []
  const transaction = {
    sendBatch: async (batch: ProducerBatch) => {
      await nextTurn()
      commits.push(written(batch))
    },
    commit: nextTurn,
    isActive: () => false
  }
  const producer = { transaction: async () => transaction, disconnect: nextTurn } as unknown as Producer
  const restored = { ...nothingRestored<Total>(), nextOffsets: { numbers: String(FIRST_OFFSET) } }
  const clock = fakeClock()
  const fold = new TaskState(sums, 0, restored, [], clock, () => undefined)
  const settings = { partition: 0, prefix: '', commitEveryMs: 0, clock }
  const onFailure = (error: unknown): void => {
    throw error
  }
  return {
    held: new StreamTask(fold, producer, settings, {
      onFailure,
      confirm: nextTurn,
      onDue: () => undefined,
      onCommit: () => undefined
    }),
    commits
  }
}

describe('a held partition', () => {
  test('commits in the middle of a large batch, each time what is folded up to the position it names', async () => {
    const { held, commits } = hold()
    await held.process(0, numbers, String(END), null)
    await held.finish()
    held.close()
    expect(commits.length).toBeGreaterThan(2)
    let told = 0
    for (const { told: now, sum, position } of commits) {
      told += now.length
      expect([sum, position]).toEqual([String(told), { numbers: String(FIRST_OFFSET + told) }])
    }
    expect(commits.flatMap(commit => commit.told)).toEqual(numbers.map((_, n) => String(n + 1)))
  })

  test('folds nothing more of a batch once it is lost', async () => {
    const { held } = hold()
    const taking = held.process(0, numbers, String(END), null)
    const reached = held.position(0)
    held.close()
    await taking
    expect(reached).toBeLessThan(END)
    expect(held.position(0)).toBe(reached)
  })
})

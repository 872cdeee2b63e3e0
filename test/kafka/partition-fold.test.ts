import { describe, expect, test } from '@jest/globals'
import { partitionOf } from '../../src/kafka/client/partitioner.ts'
import { nothingRestored } from '../../src/kafka/task/commit/state-changelog.ts'
import type { Message } from '../../src/kafka/task/partition-group.ts'
import { TaskState } from '../../src/kafka/task/task-state.ts'
import { epochMs } from '../../src/market/time.ts'
import type { Topology } from '../../src/stream/topology.ts'
import { deadLetters } from '../../src/topics.ts'
import { fakeClock } from '../support/fake-clock.ts'

type Named = { readonly name: string }

const decode = (bytes: Buffer): Named => {
  const text = String(bytes)
  if (text === 'bug') throw new RangeError('no data error')
  return { name: text }
}

/** Counts records by name; one that is placed by its name. */
const counts: Topology<number, Named, number> = {
  name: 'counts',
  from: [{ name: 'names', decode, partitionedBy: ({ name }) => name }],
  key: ({ name }) => name,
  processor: { init: () => 0, step: state => ({ state: state + 1, emit: [state + 1] }) },
  route: sum => ({ topic: 'sums', key: 'sum', value: String(sum), time: epochMs(0) }),
  state: { version: '1', changes: state => [{ name: 'count', value: String(state) }], restore: () => 0 }
}

const message = (value: string, more: Partial<Message> = {}): Message => ({
  key: null,
  timestamp: '0',
  offset: '0',
  value: Buffer.from(value),
  ...more
})

/** What a commit holds after these messages, in a partition where only `here` belongs. */
const fold = (messages: readonly Message[]) => {
  const restored = nothingRestored<number>()
  const isHere = (key: string): boolean => key === 'here'
  const content = new TaskState(counts, 3, restored, [], fakeClock(1_723_161_600_000), () => undefined, isHere)
  const placed = messages.map((one, offset) => ({ ...one, offset: String(offset) }))
  content.fold(0, placed, String(messages.length), null)
  const records = content.drainCommit()?.records ?? []
  const letters = records
    .filter(({ topic }) => topic === 'dead_letters')
    .map(({ value }) => deadLetters.codec.decode(Buffer.from(String(value))))
  return { letters, sums: records.filter(({ topic }) => topic === 'sums').map(({ value }) => value), records }
}

describe('the fold of a partition', () => {
  test('makes a dead letter, and no state, of a record that belongs elsewhere', () => {
    const { letters, sums, records } = fold([message('here'), message('there'), message('here')])
    expect(sums).toEqual(['1', '2'])
    expect(records.filter(({ key }) => key.startsWith('there|'))).toEqual([])
    expect(letters).toMatchObject([
      {
        reason: 'misplaced',
        origin: { topic: 'names', partition: 3, offset: '1' },
        payload: Buffer.from('there').toString('base64')
      }
    ])
  })

  test('makes one of a batch that cannot be read, and of whatever its decoder throws', () => {
    const batch = message('LZ4', { unreadable: 'the batch of offsets 0 to 4 cannot be read: its checksum is wrong' })
    const { letters, sums } = fold([batch, message('bug'), message('here')])
    expect(sums).toEqual(['1'])
    expect(letters.map(({ reason, detail, origin }) => ({ reason, detail, origin }))).toEqual([
      { reason: 'undecodable', detail: batch.unreadable, origin: { topic: 'names', partition: 3, offset: '0' } },
      { reason: 'undecodable', detail: 'no data error', origin: { topic: 'names', partition: 3, offset: '1' } }
    ])
    expect(Buffer.from(letters[0]!.payload, 'base64').toString()).toBe('LZ4')
  })
})

/** Asked of librdkafka 2.16.0 with murmur2_random; by its own default, CRC32, they stand in 2, 0, 3 and 2. */
test('a key belongs where other clients of the default partitioner put it', () => {
  const keys = ['binance:BTC/USDT', 'binance:ETH/USDT', 'binance:BNB/USDT', 'binance:SOL/USDT']
  expect(keys.map(key => partitionOf(key, 4))).toEqual([1, 3, 0, 0])
})

describe('an input aside', () => {
  /** Records are their time; those of `aside` are marked. */
  const joined: Topology<number, string, string> = {
    name: 'joined',
    from: [
      { name: 'main', decode: bytes => String(bytes) },
      { name: 'aside', decode: bytes => (String(bytes) === '' ? null : `${bytes}a`), isAside: true }
    ],
    key: () => 'key',
    time: text => epochMs(Number.parseInt(text, 10)),
    processor: { init: () => 0, step: (state, text) => ({ state, emit: [text] }) },
    route: text => ({ topic: 'told', key: 'key', value: text, time: epochMs(0) }),
    state: { version: '1', changes: () => [], restore: () => 0 }
  }
  const open = (ends: readonly number[]) => {
    const restored = { ...nothingRestored<number>(), nextOffsets: { main: '0' } }
    const content = new TaskState(joined, 0, restored, ends, fakeClock(1_723_161_600_000), () => undefined)
    const next = [0, 0]
    return {
      put: (input: number, ...values: readonly string[]) => {
        const messages = values.map(value => message(value, { offset: String(next[input]!++) }))
        content.fold(input, messages, String(next[input]), null)
      },
      commit: () => {
        const commit = content.drainCommit()
        const told = commit?.records.filter(({ topic }) => topic === 'told').map(({ value }) => value)
        return { told, nextOffsets: commit?.nextOffsets }
      }
    }
  }

  test('is not waited for, whatever the broker holds of it', () => {
    const task = open([2, 1_000])
    task.put(0, '10', '20')
    expect(task.commit()).toEqual({ told: ['10', '20'], nextOffsets: { main: '2', aside: '0' } })
  })

  test('waits for the others, as far as they are older', () => {
    const task = open([3, 3])
    task.put(1, '15', '', '30')
    expect(task.commit().told).toBeUndefined()
    task.put(0, '10', '20')
    expect(task.commit()).toEqual({ told: ['10', '15a', '20'], nextOffsets: { main: '2', aside: '2' } })
    task.put(0, '40')
    expect(task.commit()).toEqual({ told: ['30a', '40'], nextOffsets: { main: '3', aside: '3' } })
  })
})

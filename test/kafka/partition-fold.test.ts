import { describe, expect, test } from '@jest/globals'
import { partitionOf } from '../../src/kafka/client/partitioner.ts'
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
  from: [{ name: 'names', decode, placedBy: ({ name }) => name }],
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
  const restored = { nextOffsets: {}, logs: {}, states: new Map<string, number>() }
  const isHere = (key: string): boolean => key === 'here'
  const content = new TaskState(counts, 3, restored, [], fakeClock(1_723_161_600_000), () => undefined, isHere)
  const placed = messages.map((one, offset) => ({ ...one, offset: String(offset) }))
  content.fold(0, placed, String(messages.length), null)
  const records = content.takeCommit()?.records ?? []
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

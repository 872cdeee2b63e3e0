import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { assignTogether } from '../../src/kafka/task/co-partition-assigner.ts'
import { PartitionGroup } from '../../src/kafka/task/partition-group.ts'

type Put = { readonly input: number; readonly offset: number; readonly time: number }

const entry = ({ input, offset, time }: Put) => ({
  message: { key: null, value: null, offset: String(offset), timestamp: String(time) },
  record: `${input}/${offset}`,
  time
})

const drain = (merged: PartitionGroup<string>): readonly string[] => {
  const taken: string[] = []
  for (let one = merged.poll(); one; one = merged.poll()) taken.push(one.entry.record!)
  return taken
}

const put = (merged: PartitionGroup<string>, of: Put): void => merged.add(of.input, [entry(of)], of.offset + 1)

/** Three inputs, the records of each in order of time. */
const logs = fc
  .array(fc.array(fc.nat({ max: 50 }), { maxLength: 12 }), { minLength: 3, maxLength: 3 })
  .map(inputs =>
    inputs.map((times, input) => times.sort((a, b) => a - b).map((time, offset): Put => ({ input, offset, time })))
  )

describe('several inputs of one partition', () => {
  test('what the broker held already comes in order of time, whichever input is read first', () => {
    fc.assert(
      fc.property(logs, fc.infiniteStream(fc.nat({ max: 2 })), (inputs, choose) => {
        const merged = new PartitionGroup<string>(
          [0, 0, 0],
          inputs.map(log => log.length)
        )
        const queues = inputs.map(log => [...log])
        const taken: string[] = [...drain(merged)]
        while (queues.some(queue => queue.length > 0)) {
          const next = queues[choose.next().value!]!.shift()
          if (next) put(merged, next)
          taken.push(...drain(merged))
        }
        const due = inputs.flat().sort((a, b) => a.time - b.time || a.input - b.input || a.offset - b.offset)
        expect(taken).toEqual(due.map(({ input, offset }) => `${input}/${offset}`))
      })
    )
  })

  test('what is written later comes as it arrives, with no waiting for a quiet input', () => {
    const merged = new PartitionGroup<string>([0, 7], [1, 7])
    put(merged, { input: 0, offset: 0, time: 50 })
    put(merged, { input: 0, offset: 1, time: 60 })
    expect(drain(merged)).toEqual(['0/0', '0/1'])
    put(merged, { input: 1, offset: 7, time: 10 })
    expect(drain(merged)).toEqual(['1/7'])
  })

  test('an input that ends in marks of transactions keeps the others waiting until they were passed over', () => {
    const merged = new PartitionGroup<string>([0, 0], [1, 3])
    put(merged, { input: 0, offset: 0, time: 50 })
    put(merged, { input: 1, offset: 0, time: 10 })
    expect(drain(merged)).toEqual(['1/0'])
    expect(merged.waiting(0)).toBe(1)
    merged.add(1, [], 3)
    expect(drain(merged)).toEqual(['0/0'])
    expect([merged.next(0), merged.next(1)]).toEqual([1, 3])
  })

  test('a record that is older than the one before it in its input keeps its place', () => {
    const merged = new PartitionGroup<string>([0, 0], [2, 1])
    merged.add(0, [entry({ input: 0, offset: 0, time: 30 }), entry({ input: 0, offset: 1, time: 5 })], 2)
    put(merged, { input: 1, offset: 0, time: 20 })
    expect(drain(merged)).toEqual(['1/0', '0/0', '0/1'])
  })
})

describe('who reads which partition', () => {
  const partitions = new Map([
    ['a', [0, 1, 2, 3]],
    ['b', [3, 2, 1, 0]]
  ])

  test('each partition is read by one member, the same for every topic, and the work is shared evenly', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 6 }), members => {
        const assigned = [...assignTogether(members, partitions).values()]
        for (const of of assigned) expect([...(of.b ?? [])].sort()).toEqual([...(of.a ?? [])].sort())
        expect(assigned.flatMap(of => of.a ?? []).sort()).toEqual([0, 1, 2, 3])
        const counts = assigned.map(of => of.a?.length ?? 0)
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      })
    )
  })
})

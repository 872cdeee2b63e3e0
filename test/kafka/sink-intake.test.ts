import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createSinkBuffer, type PendingBatch } from '../../src/kafka/sink/sink-buffer.ts'
import { TickstreamError } from '../../src/market/error.ts'
import type { Incoming } from '../../src/stream/topic.ts'
import { incoming } from '../support/records.ts'

const read = ({ value }: Incoming): number | null => {
  const text = String(value)
  if (text === 'skip') return null
  if (text === 'bad') throw new TickstreamError('TS-DATA', 'bad')
  return Number(text)
}

const LIMITS = { values: 5, bytes: 40 }

const drain = (intake: ReturnType<typeof createSinkBuffer<number>>): PendingBatch<number>[] => {
  const taken: PendingBatch<number>[] = []
  for (let next = intake.drain(); next; next = intake.drain()) taken.push(next)
  return taken
}

const word = fc.oneof(fc.nat(99_999).map(String), fc.constantFrom('skip', 'bad'))
const arrivals = fc.array(fc.record({ partition: fc.nat(2), words: fc.array(word, { maxLength: 12 }) }), {
  maxLength: 12
})

/** Puts arrivals in, partition by partition with rising offsets. */
const fill = (given: readonly { partition: number; words: readonly string[] }[]) => {
  const intake = createSinkBuffer(read, LIMITS)
  const ends = [0, 0, 0]
  const all: Incoming[] = []
  for (const { partition, words } of given) {
    const records = words.map((text, at) =>
      incoming({ partition, offset: String(ends[partition]! + at), value: Buffer.from(text) })
    )
    ends[partition]! += words.length + 1
    all.push(...records)
    intake.add({ topic: 'numbers', partition, next: BigInt(ends[partition]!), leaderEpoch: 0 }, records)
  }
  return { intake, ends, all }
}

const tag = ({ partition, offset }: Incoming): string => `${partition}/${offset}`

/** The position in a partition, when a batch is stored. */
const endOf = ({ ends: reached }: PendingBatch<number>, partition: number): bigint | undefined =>
  [...reached.values()].find(at => at.partition === partition)?.next

describe('what was read and is not stored yet', () => {
  test('everything comes out once and in order, and nothing that the sink skips', () => {
    fc.assert(
      fc.property(arrivals, given => {
        const { intake, all } = fill(given)
        const taken = drain(intake)
        const wanted = (text: (word: string) => boolean) => all.filter(record => text(String(record.value))).map(tag)
        expect(taken.flatMap(next => next.values.map(({ record }) => tag(record)))).toEqual(
          wanted(text => text !== 'skip' && text !== 'bad')
        )
        expect(taken.flatMap(next => next.unreadable.map(({ record }) => tag(record)))).toEqual(
          wanted(text => text === 'bad')
        )
      })
    )
  })

  test('a position lies behind every record that was taken, before every one that was not, and ends at the end', () => {
    fc.assert(
      fc.property(arrivals, given => {
        const { intake, ends } = fill(given)
        let reached: readonly bigint[] = [0n, 0n, 0n]
        for (const next of drain(intake)) {
          const before = reached
          reached = before.map((offset, partition) => endOf(next, partition) ?? offset)
          for (const { record } of next.values) {
            expect(BigInt(record.offset)).toBeGreaterThanOrEqual(before[record.partition]!)
            expect(BigInt(record.offset)).toBeLessThan(reached[record.partition]!)
          }
        }
        expect(reached).toEqual(ends.map(BigInt))
      })
    )
  })

  test('a batch stays within the limits, but for one record that is larger by itself', () => {
    fc.assert(
      fc.property(arrivals, given => {
        for (const next of drain(fill(given).intake)) {
          const size = next.values.length + next.unreadable.length
          const bytes = [...next.values, ...next.unreadable].reduce((sum, of) => sum + of.record.value!.length, 0)
          expect(size).toBeLessThanOrEqual(LIMITS.values)
          expect(bytes).toBeLessThanOrEqual(LIMITS.bytes + 5)
        }
      })
    )
  })
})

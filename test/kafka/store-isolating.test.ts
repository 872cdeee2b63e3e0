import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { writeBisecting } from '../../src/kafka/sink/write-bisecting.ts'
import { TickstreamError } from '../../src/market/error.ts'
import type { SinkBatch } from '../../src/stream/sink.ts'
import type { Refused } from '../../src/stream/topic.ts'
import { memorySink } from '../support/memory-sink.ts'
import { incoming } from '../support/records.ts'

const batchOf = (values: readonly string[]): SinkBatch<string> => ({
  values: values.map((value, at) => ({ value, record: incoming({ offset: String(at) }) })),
  advances: [{ topic: 'numbers', partition: 0, stored: 0n, next: BigInt(values.length) }]
})

const NEVER = new AbortController().signal

/** Stores a batch in a sink that refuses whatever holds one of `bad`. */
const store = async (values: readonly string[], bad: ReadonlySet<string>) => {
  const sink = memorySink({ isBad: value => bad.has(value) })
  sink.stored.set('numbers/0', 0n)
  const aside: Refused[] = []
  const deadLetter = async (refused: readonly Refused[]): Promise<void> => {
    expect(sink.stored.get('numbers/0')).toBe(0n)
    aside.push(...refused)
  }
  const result = await writeBisecting(sink, batchOf(values), NEVER, deadLetter)
  return { sink, aside, result }
}

describe('a batch with values that the sink refuses', () => {
  test('exactly those are set aside before the position moves; all others are stored', async () => {
    const unique = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(unique, fc.func(fc.boolean()), async (values, isBad) => {
        const bad = new Set(values.filter(value => isBad(value)))
        const { sink, aside, result } = await store(values, bad)
        expect(result.outcome).toBe('written')
        expect(sink.values).toEqual(values.filter(value => !bad.has(value)))
        expect(aside.map(({ record }) => values[Number(record.offset)])).toEqual([...bad])
        expect(sink.stored.get('numbers/0')).toBe(BigInt(values.length))
      })
    )
  })

  test('an owner that is stale stores nothing and sets nothing aside', async () => {
    const sink = memorySink({ isBad: value => value === 'bad' })
    sink.stored.set('numbers/0', 7n)
    const result = await writeBisecting(sink, batchOf(['good', 'bad']), NEVER, () => Promise.reject(new Error('aside')))
    expect(result).toEqual({ outcome: 'stale', refused: [] })
    expect(sink.values).toEqual([])
  })

  test('an outage is no refusal: it is passed on, and nothing is set aside', async () => {
    const outage = new TickstreamError('TS-AWAY', 'away')
    const sink = { ...memorySink({}), write: () => Promise.reject(outage) }
    const attempt = writeBisecting(sink, batchOf(['a', 'b']), NEVER, () => Promise.reject(new Error('aside')))
    await expect(attempt).rejects.toBe(outage)
  })
})

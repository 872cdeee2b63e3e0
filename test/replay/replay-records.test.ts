import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { epochMs } from '../../src/market/time.ts'
import { replayRecords, slices } from '../../src/replay/run/replay-records.ts'
import type { Incoming } from '../../src/stream/topic.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { incoming } from '../support/records.ts'

const START = 1_723_161_600_000

/** Recorded chunks by partition: each chunk is a list of milliseconds since the start. */
type Chunks = readonly (readonly (readonly number[])[])[]

const recordsOf = (chunks: Chunks): Incoming[][][] =>
  chunks.map((of, partition) => {
    let offset = 0
    return of.map(times =>
      times.map(time => incoming({ partition, offset: String(offset++), timestamp: epochMs(START + time) }))
    )
  })

const replay = async (chunks: Chunks, speed: number | 'max') => {
  const waiting = recordsOf(chunks)
  const clock = fakeClock()
  const sent: { readonly record: Incoming; readonly at: number }[] = []
  const nextOf = async (partition: number): Promise<readonly Incoming[] | null> => waiting[partition]?.shift() ?? null
  const next = async (): Promise<readonly Incoming[] | null> => waiting.find(of => of.length > 0)?.shift() ?? null
  await replayRecords({
    source: { next, nextOf },
    target: async records => void sent.push(...records.map(record => ({ record, at: clock.monotonicMs() }))),
    partitions: chunks.map((_, partition) => partition),
    speed,
    clock,
    signal: new AbortController().signal,
    onSent: () => undefined
  })
  return sent
}

const chunks = fc.array(fc.array(fc.array(fc.nat(5_000), { minLength: 1, maxLength: 6 }), { maxLength: 4 }), {
  minLength: 1,
  maxLength: 4
})

const isInOrder = (sent: readonly { readonly record: Incoming }[], partitions: number): boolean =>
  Array.from({ length: partitions }, (_, p) => sent.filter(({ record }) => record.partition === p)).every(of =>
    of.every(({ record }, at) => record.offset === String(at))
  )

describe('a replay', () => {
  test.each(['max', 1, 20] as const)(
    'sends every record once, in order within each partition, at speed %s',
    async speed => {
      await fc.assert(
        fc.asyncProperty(chunks, async of => {
          const sent = await replay(of, speed)
          expect(sent).toHaveLength(of.flat(2).length)
          expect(isInOrder(sent, of.length)).toBe(true)
        })
      )
    }
  )

  test('at a pace, each record leaves when it is due, partitions interleaved by time', async () => {
    const sent = await replay([[[0, 100], [400]], [[50, 300, 1_000]]], 2)
    expect(sent.map(({ record, at }) => [record.partition, record.timestamp - START, at])).toEqual([
      [0, 0, 0],
      [1, 50, 25],
      [0, 100, 50],
      [1, 300, 150],
      [0, 400, 200],
      [1, 1_000, 500]
    ])
  })

  test('a record that is late in its partition stays behind the one before it, and is not waited for', async () => {
    const sent = await replay([[[500, 100, 600]]], 1)
    expect(sent.map(({ record, at }) => [record.timestamp - START, at])).toEqual([
      [500, 0],
      [100, 0],
      [600, 100]
    ])
  })

  test('pieces hold every record once, and no more bytes than a broker takes but for one that is larger by itself', () => {
    const record = fc.nat(300_000).map(size => incoming({ key: null, value: Buffer.alloc(size) }))
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), records => {
        const pieces = [...slices(records)]
        expect(pieces.flat()).toEqual(records)
        for (const piece of pieces) {
          const bytes = piece.reduce((sum, of) => sum + of.value!.length, 0)
          expect(piece.length === 1 || bytes <= 512 * 1024).toBe(true)
        }
      }),
      { numRuns: 30 }
    )
  })
})

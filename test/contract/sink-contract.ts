import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { TickstreamError } from '../../src/market/error.ts'
import type { Sink, SinkBatch } from '../../src/stream/sink.ts'

/** A sink under test: open, with values to store and a way to look at what is stored. */
export type SinkUnderTest<T> = {
  /** Opens it once more, as another process would. */
  readonly open: () => Sink<T>
  /** Batches in the order in which they come; the second begins where the first ends. */
  readonly batches: readonly [SinkBatch<T>, SinkBatch<T>]
  /** A batch like the first one, in which one value can never be stored. */
  readonly refused: SinkBatch<T>
  /** Everything that is stored, positions included, in a form that can be compared. */
  readonly contents: () => Promise<unknown>
  readonly close: () => Promise<void>
}

const NEVER = new AbortController().signal

/** What every sink promises to the loop that runs it. One that leaves its positions to the consumer group cannot know that it is stale. */
export const sinkContract = <T>(
  name: string,
  prepare: () => Promise<SinkUnderTest<T>>,
  { keepsPositions } = { keepsPositions: true }
): void => {
  const testPositions = (sentence: string, play: () => Promise<void>): void => {
    if (keepsPositions) test(sentence, play)
  }

  describe(`the contract of sinks: ${name}`, () => {
    let under: SinkUnderTest<T>
    let sink: Sink<T>

    beforeEach(async () => {
      under = await prepare()
      sink = under.open()
    })

    afterEach(async () => {
      await sink.close()
      await under.close()
    })

    testPositions('an owner that writes from where it stands is heard, and the positions follow', async () => {
      const [first, second] = under.batches
      expect(await sink.write(first, NEVER)).toBe('written')
      expect(await sink.write(second, NEVER)).toBe('written')
      const positions = await sink.positions?.(second.advances)
      expect([...(positions?.values() ?? [])].map(({ next }) => next)).toEqual(
        second.advances.map(advance => advance.next)
      )
    })

    testPositions(
      'a position bears the log that it is an offset of, and none when it was moved without one',
      async () => {
        const log = { clusterId: 'here', topicId: 'T1', leaderEpoch: 3 }
        const [first, second] = under.batches
        await sink.write({ ...first, advances: first.advances.map(advance => ({ ...advance, log })) }, NEVER)
        const once = await sink.positions?.(first.advances)
        expect([...(once?.values() ?? [])]).toEqual(first.advances.map(({ next }) => ({ next, log })))
        await sink.write(second, NEVER)
        const again = await sink.positions?.(second.advances)
        expect([...(again?.values() ?? [])]).toEqual(second.advances.map(({ next }) => ({ next, log: null })))
      }
    )

    testPositions('a batch that is written again is stale, and changes nothing', async () => {
      const [first, second] = under.batches
      await sink.write(first, NEVER)
      const once = await under.contents()
      expect(await sink.write(first, NEVER)).toBe('stale')
      expect(await under.contents()).toEqual(once)
      expect(await sink.write(second, NEVER)).toBe('written')
    })

    test('values that are stored again, from a position that was moved back, change nothing', async () => {
      const [first, second] = under.batches
      await sink.write(first, NEVER)
      await sink.write(second, NEVER)
      const once = await under.contents()
      const back = second.advances.map(({ topic, partition, next }, at) => {
        const start = first.advances[at]?.stored ?? 0n
        return { topic, partition, stored: next, next: start }
      })
      expect(await sink.write({ values: [], advances: back }, NEVER)).toBe('written')
      const again = (batch: SinkBatch<T>): SinkBatch<T> => ({
        ...batch,
        advances: batch.advances.map(advance => ({ ...advance, stored: advance.stored ?? 0n }))
      })
      await sink.write(again(first), NEVER)
      await sink.write(again(second), NEVER)
      expect(await under.contents()).toEqual(once)
    })

    testPositions(
      'of two owners that write from the same position one is stale, and it has stored nothing',
      async () => {
        const [first, second] = under.batches
        const other = under.open()
        await sink.write(first, NEVER)
        const outcomes = await Promise.all([sink.write(second, NEVER), other.write(second, NEVER)])
        expect([...outcomes].sort()).toEqual(['stale', 'written'])
        await other.close()
      }
    )

    test('a value that can never be stored is a data error, and nothing of its batch is stored', async () => {
      const before = await under.contents()
      const attempt = sink.write(under.refused, NEVER)
      await expect(attempt).rejects.toBeInstanceOf(TickstreamError)
      await expect(attempt).rejects.toMatchObject({
        code: expect.stringMatching(/^TS-(DATA|\w+-REFUSED)$/),
        retryable: false
      })
      expect(await under.contents()).toEqual(before)
    })

    test('a write that is given up before it began stores nothing, and the sink goes on', async () => {
      const before = await under.contents()
      await expect(sink.write(under.batches[0], AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
      expect(await under.contents()).toEqual(before)
      expect(await sink.write(under.batches[0], NEVER)).toBe('written')
    })
  })
}

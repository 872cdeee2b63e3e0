import { describe, expect, test } from '@jest/globals'
import type { OffsetRange } from '../../src/kafka/admin/log/resume-offsets.ts'
import { createLeftToRead, type Left } from '../../src/kafka/read/left-to-read.ts'

const at = (partition: number, high: bigint): OffsetRange => ({ topic: 'x.gaps', partition, low: 0n, high })

/** Two partitions of which 5 and 0 records are to be read; `ask` answers what the broker holds later. */
const scene = (ask: () => Promise<readonly OffsetRange[]> = async () => []) => {
  const told: Left[] = []
  const positions = new Map([
    ['x.gaps/0', 5n],
    ['x.gaps/1', 7n]
  ])
  const ends = [at(0, 10n), at(1, 7n)]
  const left = createLeftToRead({ prefix: 'x.', ends, positions, askEnds: ask, onLeft: now => told.push(now) })
  return { left, positions, newest: () => told.at(-1) }
}

describe('what is left to be read', () => {
  test('is what was there at the start, and less with every record', () => {
    const { left, newest } = scene()
    expect(newest()).toEqual(new Map([['gaps', 5]]))
    left.advanceTo({ topic: 'x.gaps', partition: 0 }, 8n)
    expect(newest()).toEqual(new Map([['gaps', 2]]))
    left.advanceTo({ topic: 'x.gaps', partition: 0 }, 12n)
    expect(newest()).toEqual(new Map())
  })

  test('is unknown after the broker was away, until it says where its partitions end', async () => {
    const { left, newest } = scene(async () => [at(0, 10n), at(1, 9n)])
    left.advanceTo({ topic: 'x.gaps', partition: 0 }, 10n)
    left.invalidate()
    expect(newest()).toEqual(new Map([['gaps', Number.POSITIVE_INFINITY]]))
    await left.measure()
    expect(newest()).toEqual(new Map([['gaps', 2]]))
  })

  test('an answer from before it was away again proves nothing', async () => {
    const answers = Promise.withResolvers<readonly OffsetRange[]>()
    const { left, newest } = scene(() => answers.promise)
    left.invalidate()
    const measured = left.measure()
    left.invalidate()
    answers.resolve([at(0, 5n), at(1, 7n)])
    await measured
    expect(left.isKnown()).toBe(false)
    expect(newest()).toEqual(new Map([['gaps', Number.POSITIVE_INFINITY]]))
  })

  test('a broker that cannot say it is asked again', async () => {
    let tries = 0
    const { left } = scene(async () => {
      if (++tries === 1) throw new Error('away')
      return [at(0, 5n), at(1, 7n)]
    })
    left.invalidate()
    await left.measure()
    expect(left.isKnown()).toBe(false)
    await left.measure()
    expect(left.isKnown()).toBe(true)
  })
})

import { describe, expect, test } from '@jest/globals'
import { epochMs } from '../../src/market/time.ts'
import type { ReplayRequest } from '../../src/replay/request.ts'
import { resolveRanges } from '../../src/replay/resolve-ranges.ts'

const recording = {
  spans: [
    { partition: 0, low: 100n, high: 200n },
    { partition: 1, low: 0n, high: 0n },
    { partition: 2, low: 50n, high: 150n }
  ],
  offsetsAt: async (time: number) => new Map([0, 1, 2].map(partition => [partition, BigInt(time)]))
}

const resolve = (more: Partial<ReplayRequest>) =>
  resolveRanges(
    {
      topic: 'raw_ticks',
      partition: null,
      from: { offset: 0n },
      to: null,
      speed: 'max',
      destination: { kind: 'stdout' },
      ...more
    },
    recording
  )

describe('the offsets that a replay means', () => {
  test('a range without an end stops at the end as it is now', async () => {
    expect(await resolve({ partition: 0, from: { offset: 120n } })).toEqual([{ partition: 0, from: 120n, to: 200n }])
  })

  test('a beginning by time is looked up by partition, and is empty where records came since the ends were read', async () => {
    expect(await resolve({ partition: 2, from: { time: epochMs(60) } })).toEqual([
      { partition: 2, from: 60n, to: 150n }
    ])
    expect(await resolve({ partition: 2, from: { time: epochMs(151) } })).toEqual([
      { partition: 2, from: 151n, to: 151n }
    ])
  })

  test('an end by time is the end as it is now: what is older may stand up to there', async () => {
    expect(await resolve({ partition: 0, from: { time: epochMs(120) }, to: { time: epochMs(140) } })).toEqual([
      { partition: 0, from: 120n, to: 200n }
    ])
  })

  test('a range that would be turned round is empty', async () => {
    expect(await resolve({ partition: 0, from: { offset: 150n }, to: { offset: 140n } })).toEqual([
      { partition: 0, from: 150n, to: 150n }
    ])
  })

  test.each([99n, 201n])('an offset outside, %s, is refused with the range that is held', async offset => {
    await expect(resolve({ partition: 0, from: { offset } })).rejects.toThrow(
      'raw_ticks partition 0 holds offsets 100..199'
    )
  })

  test('both ends may be asked for: the first offset held, and the one behind the last', async () => {
    expect(await resolve({ partition: 0, from: { offset: 100n }, to: { offset: 200n } })).toHaveLength(1)
    expect(await resolve({ partition: 0, from: { offset: 200n } })).toEqual([{ partition: 0, from: 200n, to: 200n }])
    await expect(resolve({ partition: 0, from: { offset: 100n }, to: { offset: 201n } })).rejects.toThrow('100..199')
  })

  test('without a partition an offset must be there in all of them, and the refusal names each', async () => {
    const attempt = resolve({ from: { offset: 120n } })
    await expect(attempt).rejects.toThrow('partition 1 holds nothing (its next offset is 0)')
    await expect(attempt).rejects.toThrow('partition 2 holds offsets 50..149')
    await expect(attempt).rejects.toThrow('--from-time')
  })

  test('a partition that the topic does not have is refused', async () => {
    await expect(resolve({ partition: 7 })).rejects.toThrow('there is no partition 7')
  })
})

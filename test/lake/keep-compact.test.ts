import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { liveFiles } from '../../src/lake/manifest/manifest.ts'
import type { LakeStore } from '../../src/lake/store/lake-store.ts'
import { epochMs } from '../../src/market/time.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import { type KeptLake, keepCompact } from '../../src/sink/lake/keep-compact.ts'
import { silent } from '../support/silent.ts'
import { type LakeScene, lakeScene, MIDNIGHT, tradesFrom } from './lake-scene.ts'

const DAY = 86_400_000

describe('a lake that its sink keeps compact', () => {
  let scene: LakeScene

  beforeEach(async () => {
    scene = lakeScene()
    for (const partition of [0, 1])
      for (let at = 0; at < 15; at += 5) await scene.write(at, tradesFrom(at, 5), partition)
  })
  afterEach(() => scene.remove())

  /** Runs some rounds at a time of day, and says how long it waited before each, and how many files there were after it. */
  const rounds = async (count: number, now: number, more: Partial<KeptLake> = {}): Promise<readonly unknown[]> => {
    const ending = new AbortController()
    const [waits, files] = [[] as number[], [] as number[]]
    const sleep = async (ms: number): Promise<void> => {
      if (waits.length > 0) files.push((await liveFiles(scene.store)).length)
      if (waits.length === count) ending.abort()
      ending.signal.throwIfAborted()
      waits.push(ms)
    }
    const clock: Clock = { now: () => epochMs(now), monotonicMs: () => 0, sleep }
    const { store } = scene
    await keepCompact({ store, clock, log: silent, isMine: () => true, signal: ending.signal, ...more })
    return [waits, files]
  }

  test('has one file of a day that is over, and the parts of today', async () => {
    expect(await rounds(2, MIDNIGHT + 3_600_000)).toEqual([
      [10_000, 3_600_000],
      [6, 6]
    ])
    expect(await rounds(2, MIDNIGHT + DAY)).toEqual([
      [10_000, 3_600_000],
      [2, 2]
    ])
  })

  test('leaves partitions alone that another process writes, and looks again in a minute while it has none', async () => {
    expect(await rounds(1, MIDNIGHT + DAY, { isMine: ({ partition }) => partition === 1 })).toEqual([[10_000], [4]])
    expect(await rounds(2, MIDNIGHT + DAY, { isMine: () => false })).toEqual([
      [10_000, 60_000],
      [4, 4]
    ])
  })

  test('is tried again an hour later where the store refuses', async () => {
    const failing: LakeStore = { ...scene.store, put: () => Promise.reject(new Error('full')) }
    expect(await rounds(2, MIDNIGHT + DAY, { store: failing })).toEqual([
      [10_000, 3_600_000],
      [6, 6]
    ])
    expect(await scene.trades()).toHaveLength(30)
  })
})

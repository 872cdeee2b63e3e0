import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { compactDay } from '../../src/lake/maintain/compact-day.ts'
import { removeReplaced } from '../../src/lake/maintain/remove-replaced.ts'
import { liveFiles } from '../../src/lake/manifest/manifest.ts'
import { ticksInRange } from '../../src/lake/read/replay-ticks.ts'
import type { LakeStore } from '../../src/lake/store/lake-store.ts'
import { isTrade, type Tick, type Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { seeded } from '../support/seeded.ts'
import { type LakeScene, lakeScene, MIDNIGHT, NEVER, tradesFrom } from './lake-scene.ts'

describe('the ticks of a range of a lake', () => {
  let scene: LakeScene

  beforeEach(() => {
    scene = lakeScene()
  })
  afterEach(() => scene.remove())

  const ticks = async (from: number, to: number, store: LakeStore = scene.store): Promise<readonly Tick[]> => {
    const times = { from: MIDNIGHT + from, to: MIDNIGHT + to }
    const found: Tick[] = []
    for await (const some of ticksInRange(store, await liveFiles(store), times, () => liveFiles(store)))
      found.push(...some)
    return found
  }
  /** `5`, `gap 3..4`, `to 7 +10ms`: ids without the million, times since midnight. */
  const brief = (tick: Tick): string => {
    const short = (id: string | null): number => Number(id) - 1_000_000
    if (isTrade(tick)) return String(short(tick.id))
    if (tick.kind === 'gap') return `gap ${short(tick.fromId)}..${short(tick.toId)}`
    return `to ${short(tick.lastId)} +${tick.time - MIDNIGHT}ms`
  }
  const told = async (from: number, to: number): Promise<string> => (await ticks(from, to)).map(brief).join(' ')

  test('trades come in the order of their ids, from whatever files, and a heartbeat closes them at the end', async () => {
    await scene.write(0, [...tradesFrom(0, 3), ...tradesFrom(6, 2)])
    await scene.write(5, [...tradesFrom(3, 3).toReversed(), ...tradesFrom(8, 4)])
    expect(await told(1, 9)).toBe('1 2 3 4 5 6 7 8 to 8 +9ms')
  })

  test('where no later trade is known, nobody says more than the last one does', async () => {
    await scene.write(0, tradesFrom(0, 5))
    expect(await told(0, 60_000)).toBe('0 1 2 3 4 to 4 +4ms')
  })

  test('ids that the lake lacks are said before the trade after them, and those behind the last one too', async () => {
    await scene.write(0, [...tradesFrom(0, 2), ...tradesFrom(4, 2), ...tradesFrom(9, 1)])
    expect(await told(0, 8)).toBe('0 1 gap 2..3 4 5 gap 6..8 to 8 +8ms')
  })

  test('a trade whose time lies outside, amid ids that lie inside, is not missing', async () => {
    await scene.write(0, [...tradesFrom(0, 2), { ...tradesFrom(2, 1)[0]!, time: epochMs(MIDNIGHT + 50) }])
    await scene.write(3, tradesFrom(3, 3))
    expect(await told(0, 5)).toBe('0 1 2 3 4 to 4 +50ms')
  })

  test('of copies in several files the one that was received first comes, and no other', async () => {
    const later = tradesFrom(0, 4, { via: 'history', receivedAt: epochMs(MIDNIGHT + 9_000) })
    await scene.write(0, later)
    await scene.write(4, tradesFrom(2, 4))
    const found = (await ticks(0, 10)).filter(isTrade)
    expect(found.map(({ id, via }) => `${Number(id) - 1_000_000} ${via}`)).toEqual([
      ...['0 history', '1 history'],
      ...['2 stream', '3 stream', '4 stream', '5 stream']
    ])
  })

  test('a trade is what was written, in every field', async () => {
    const trade: Trade = {
      ...tradesFrom(0, 1)[0]!,
      ...{ price: '0.0000000000000000001', quantity: '12345678901234567890.5', side: 'sell', via: 'history' }
    }
    await scene.write(0, [trade])
    expect((await ticks(0, 1))[0]).toEqual(trade)
  })

  test('files that others have replaced, and those of other times, are not opened', async () => {
    for (let at = 0; at < 30; at += 10) await scene.write(at, tradesFrom(at, 10))
    const replaced = (await liveFiles(scene.store)).map(({ path }) => path)
    for await (const _ of compactDay(scene.store, '2024-08-09', NEVER));
    await scene.write(30, tradesFrom(30, 10))
    const opened = new Set<string>()
    const watched: LakeStore = {
      ...scene.store,
      get: (path, part) => {
        if (path.endsWith('.parquet')) opened.add(path)
        return scene.store.get(path, part)
      }
    }
    expect((await ticks(5, 25, watched)).length).toBe(21)
    expect(replaced.filter(path => opened.has(path))).toEqual([])
    expect(opened.size).toBe(1)
  })

  test('a reader whose files are compacted and removed goes on from what took their place', async () => {
    for (let at = 0; at < 6_000; at += 2_000) await scene.write(at, tradesFrom(at, 2_000))
    const { store } = scene
    const times = { from: MIDNIGHT, to: MIDNIGHT + 6_000 }
    const found: Tick[] = []
    for await (const some of ticksInRange(store, await liveFiles(store), times, () => liveFiles(store))) {
      if (found.length === 0) {
        for await (const _ of compactDay(store, '2024-08-09', NEVER));
        expect(await removeReplaced(store, Date.now() * 2, NEVER)).toBe(6)
      }
      found.push(...some)
    }
    expect(found.filter(isTrade)).toEqual(tradesFrom(0, 6_000))
  })

  test('a file that is gone, and that nothing has replaced, is an error that names it', async () => {
    await scene.write(0, tradesFrom(0, 10))
    const [file] = await liveFiles(scene.store)
    await scene.store.remove(file!.path)
    await expect(ticks(0, 10)).rejects.toThrow(`${file!.path} in ${scene.folder} is not there`)
  })

  test('trades in any disorder, over any files, come once and in order', async () => {
    const random = seeded(7)
    const all = tradesFrom(0, 3_000)
    const shuffled = all
      .flatMap(trade => (random() < 0.1 ? [trade, trade] : [trade]))
      .map((trade, n) => ({ trade, at: n + random() * 900 }))
      .sort((a, b) => a.at - b.at)
      .map(({ trade }) => trade)
    for (let at = 0; at < shuffled.length; ) {
      const some = shuffled.slice(at, at + 1 + Math.floor(random() * 500))
      await scene.write(at, some)
      at += some.length
    }
    expect((await ticks(0, 3_000)).filter(isTrade)).toEqual(all)
  })
})

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkLake } from '../../src/lake/maintain/check-lake.ts'
import { compactLake } from '../../src/lake/maintain/compact-lake.ts'
import { removeReplaced } from '../../src/lake/maintain/remove-replaced.ts'
import { liveFiles } from '../../src/lake/manifest/manifest.ts'
import { openTradeFile } from '../../src/lake/parquet/read-trade-file.ts'
import { framesInRange } from '../../src/lake/read/read-frames.ts'
import { folderStore } from '../../src/lake/store/folder-store.ts'
import type { LakeStore } from '../../src/lake/store/lake-store.ts'
import { lakeSink } from '../../src/sink/lake/lake-sink.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { killedAt } from './killed-at.ts'
import { duckdbRows } from './lake-rows.ts'
import { NEVER } from './lake-scene.ts'

/** What an earlier version wrote: entries and files of trades and frames in its layout, one entry without files. */
const BEFORE = 'test/lake/lake-of-before'
const LATER = Date.now() * 2

const tradesOf = async (store: LakeStore): Promise<readonly string[]> => {
  const rows: string[] = []
  for (const file of await liveFiles(store))
    for await (const some of (await openTradeFile(store, file)).trades())
      rows.push(...some.map(row => JSON.stringify(row)))
  return rows.sort()
}

const framesOf = async (store: LakeStore): Promise<readonly string[]> => {
  const all = { from: 0, to: Number.MAX_SAFE_INTEGER, exchanges: ['binance'] }
  const found: string[] = []
  for await (const { frames } of framesInRange(store, all)) found.push(...frames.map(({ text }) => text))
  return found
}

const whatIsHeld = async (store: LakeStore) => ({ trades: await tradesOf(store), frames: await framesOf(store) })

const bringAlong = async (store: LakeStore): Promise<void> => {
  for await (const _ of compactLake(store, null, NEVER));
}

/** A lake of some objects in memory. */
const memoryStore = (objects: Map<string, Buffer>): LakeStore => ({
  url: 'memory',
  put: async (path, pieces) => void objects.set(path, Buffer.concat(pieces)),
  get: async (path, part) => objects.get(path)?.subarray(part?.from, part?.to) ?? null,
  list: async folder =>
    [...objects]
      .filter(([path]) => folder === '' || path.startsWith(`${folder}/`))
      .map(([path, { length }]) => ({ path, bytes: length, modifiedMs: 0 })),
  move: async (from, to) => {
    const bytes = objects.get(from)
    if (bytes) objects.set(to, bytes)
    objects.delete(from)
  },
  remove: async path => void objects.delete(path),
  close: () => undefined
})

describe('a lake that an earlier version wrote', () => {
  let folder: string
  let store: LakeStore

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tickstream-lake-'))
    cpSync(BEFORE, folder, { recursive: true })
    store = folderStore(folder)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const faults = async () => (await checkLake(store, { ledger: null, isQuick: false, signal: NEVER })).findings
  const notes = (says: readonly { readonly kind: string }[]) => says.filter(({ kind }) => kind === 'fault')

  test('is read as it is', async () => {
    const { trades, frames } = await whatIsHeld(store)
    expect(trades).toHaveLength(36)
    expect(new Set(trades).size).toBe(36)
    expect(frames).toEqual(Array.from({ length: 12 }, (_, n) => `{"n":${n}}`))
    expect(notes(await faults())).toEqual([])
  })

  test('is brought along, and holds the same: no file, no entry of before is left, and a scanner sees rows alone', async () => {
    const before = await whatIsHeld(store)
    await bringAlong(store)
    expect(await whatIsHeld(store)).toEqual(before)
    expect(notes(await faults())).toEqual([])
    const paths = [...(await store.list('raw_ticks')), ...(await store.list('raw_frames'))].map(({ path }) => path)
    expect(paths.filter(path => !/^raw_(ticks|frames)\/venue=.*\.parquet$/.test(path))).toEqual([])
    const scan = `read_parquet('${folder}/raw_ticks/**/*', hive_partitioning = true)`
    expect(await duckdbRows(`select count(*) as n, count(distinct venue) as venues from ${scan}`)).toEqual([
      { n: '36', venues: '3' }
    ])
    await removeReplaced(store, LATER, NEVER)
    expect(await whatIsHeld(store)).toEqual(before)
    expect(await store.list('_replaced')).toEqual([])
  })

  test('brought along, goes on at the same offset of the same log', async () => {
    const places = [
      { topic: 'raw_ticks', partition: 0 },
      { topic: 'raw_frames', partition: 0 }
    ]
    const positions = () => lakeSink(store, fakeClock(), { frames: true }).positions!(places)
    const before = await positions()
    expect(before.get('raw_ticks/0')).toEqual({
      next: 38n,
      log: { clusterId: 'here', topicId: 'T1', leaderEpoch: 3 }
    })
    await bringAlong(store)
    expect(await positions()).toEqual(before)
  })

  test('killed before or behind any change of being brought along, it holds the same once, and goes on', async () => {
    const objects = await Promise.all(
      ['raw_ticks', 'raw_frames'].map(async table =>
        Promise.all((await store.list(table)).map(async ({ path }) => [path, (await store.get(path))!] as const))
      )
    )
    const before = await whatIsHeld(store)
    let deaths = 0
    // Behind one change is before the next one.
    for (let isDead = true; isDead; deaths++) {
      const lake = memoryStore(new Map(objects.flat()))
      const dying = killedAt(lake, deaths + 1, 'before')
      isDead = await bringAlong(dying)
        .then(() => removeReplaced(dying, LATER, NEVER))
        .then(() => false)
        .catch(() => true)
      expect(await whatIsHeld(lake)).toEqual(before)
      await bringAlong(lake)
      await removeReplaced(lake, LATER, NEVER)
      expect(await whatIsHeld(lake)).toEqual(before)
      const left = (await lake.list('')).filter(({ path }) => /^_replaced|exchange=|raw_\w+\/_manifest/.test(path))
      expect(left).toEqual([])
    }
    expect(deaths).toBeGreaterThan(30)
  })
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { checkLake } from '../../src/lake/maintain/check-lake.ts'
import { compactDay } from '../../src/lake/maintain/compact-day.ts'
import { removeReplaced } from '../../src/lake/maintain/remove-replaced.ts'
import { liveFiles } from '../../src/lake/manifest/manifest.ts'
import { ticksInRange } from '../../src/lake/read/replay-ticks.ts'
import type { LakeStore } from '../../src/lake/store/lake-store.ts'
import { openStore } from '../../src/lake/store/open-store.ts'
import { isTrade, type Tick } from '../../src/market/records/feed/trade.ts'
import { lakeScene, MIDNIGHT, NEVER, tradesFrom } from './lake-scene.ts'
import { HAS_MOTO, type MotoServer, startMoto } from './moto.ts'

const why = HAS_MOTO ? 'in a bucket' : 'in a bucket (left out: moto_server is not installed)'
const inBucket = HAS_MOTO ? describe : describe.skip

inBucket(why, () => {
  let moto: MotoServer
  let store: LakeStore

  beforeAll(async () => {
    moto = await startMoto('lake')
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
    const access = { endpoint: moto.url, region: 'us-east-1', credentials }
    store = await openStore({ kind: 's3', bucket: 'lake', prefix: 'trades' }, access)
  })
  afterAll(async () => {
    store.close()
    await moto.stop()
  })

  const findings = async () => (await checkLake(store, { ledger: null, isQuick: false, signal: NEVER })).findings

  test('a lake is written, checked, compacted and swept', async () => {
    const scene = lakeScene()
    try {
      for (let at = 0; at < 30; at += 10) await scene.write(at, tradesFrom(at, 10))
      for (const { path } of [...(await scene.store.list('raw_ticks')), ...(await scene.store.list('_manifest'))]) {
        const bytes = await scene.store.get(path)
        await store.put(path, [bytes!])
      }
    } finally {
      scene.remove()
    }
    expect(await findings()).toEqual([])
    for await (const { rows } of compactDay(store, '2024-08-09', NEVER)) expect(rows).toBe(30)
    expect(await liveFiles(store)).toMatchObject([{ rows: 30, minId: '1000000', maxId: '1000029' }])
    expect(await removeReplaced(store, MIDNIGHT * 2, NEVER)).toBe(6)
    expect(await findings()).toEqual([])
  })

  test('its trades come back in order', async () => {
    const times = { from: MIDNIGHT + 5, to: MIDNIGHT + 8 }
    const found: Tick[] = []
    const files = await liveFiles(store)
    for await (const some of ticksInRange(store, files, times, async () => files)) found.push(...some)
    expect(found.filter(isTrade)).toEqual(tradesFrom(5, 3))
  })

  test('a part of an object is that part, and what is not there is null', async () => {
    await store.put('some/object', [Buffer.from('abcdef')])
    expect(String(await store.get('some/object', { from: 2, to: 4 }))).toBe('cd')
    expect(await store.get('some/other', { from: 2, to: 4 })).toBeNull()
  })

  test('a file that is gone is found', async () => {
    const [file] = await liveFiles(store)
    await store.remove(file!.path)
    expect(await findings()).toMatchObject([{ kind: 'fault', where: file!.path }])
  })
})

import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkLake } from '../../src/lake/maintain/check-lake.ts'
import { liveFiles, putEntry } from '../../src/lake/manifest/manifest.ts'
import type { Gap } from '../../src/market/records/feed/gap.ts'
import { epochMs } from '../../src/market/time.ts'
import { type LakeScene, lakeScene, NEVER, tradesFrom } from './lake-scene.ts'

const gap = (fromId: number, toId: number, of: Partial<Gap> = {}): Gap => ({
  exchange: 'binance',
  symbol: 'BTC/USDT',
  fromId: String(fromId),
  toId: String(toId),
  count: toId - fromId + 1,
  detectedAt: epochMs(0),
  status: 'unrecoverable',
  cause: 'disconnect',
  closedAt: epochMs(1),
  ...of
})

describe('a check of a lake', () => {
  let scene: LakeScene

  beforeEach(async () => {
    scene = lakeScene()
    await scene.write(0, tradesFrom(0, 10))
    await scene.write(10, tradesFrom(10, 10))
  })
  afterEach(() => scene.remove())

  const check = (ledger: readonly Gap[] | null = null, isQuick = false) =>
    checkLake(scene.store, { ledger, isQuick, signal: NEVER })
  const says = async (ledger: readonly Gap[] | null = null, isQuick = false): Promise<readonly string[]> =>
    (await check(ledger, isQuick)).findings.map(of => `${of.kind} ${of.says}`)
  const files = async (): Promise<readonly string[]> =>
    (await liveFiles(scene.store)).map(file => join(scene.folder, file.path))

  test('finds nothing where nothing is missing, and says what there is', async () => {
    expect(await check()).toEqual({
      partitions: [{ name: 'raw_ticks/0', firstOffset: 0, lastOffset: 19, entries: 2, files: 2, rows: 20 }],
      instruments: [
        { name: 'binance:BTC/USDT', rows: 20, firstId: '1000000', lastId: '1000019', missing: 0, named: 0 }
      ],
      findings: []
    })
  })

  test('finds offsets that no entry speaks for', async () => {
    await scene.write(25, tradesFrom(20, 5))
    expect(await says()).toEqual(['fault no entry speaks for the offsets 20..24'])
  })

  test('finds offsets that two entries speak for', async () => {
    await scene.write(18, tradesFrom(18, 5))
    expect(await says()).toEqual([
      'fault two entries speak for the offsets 18..19; `lake compact` of that day makes one of them'
    ])
  })

  test('finds a file that is gone, also without opening any', async () => {
    rmSync((await files())[0]!)
    expect(await says(null, true)).toEqual(['fault is not there'])
    expect(await says()).toEqual([expect.stringContaining('is not there, and the manifest says that it is')])
  })

  test('finds a file that was cut short, also without opening any', async () => {
    truncateSync((await files())[1]!, 100)
    expect(await says(null, true)).toEqual([expect.stringMatching(/^fault has 100 bytes, the manifest says \d+$/)])
    expect(await says()).toEqual([expect.stringMatching(/^fault has 100 bytes/)])
  })

  test('finds a file whose bytes were changed', async () => {
    const path = (await files())[1]!
    const bytes = readFileSync(path)
    bytes.fill(0, 4, 400)
    writeFileSync(path, bytes)
    expect(await says(null, true)).toEqual([])
    expect(await says()).toEqual([expect.stringContaining('cannot be read')])
  })

  test('finds rows and ids that are not those of the manifest', async () => {
    const [, about] = await liveFiles(scene.store)
    const entry = { schema: 'raw_ticks/2', topic: 'raw_ticks', partition: 0, made: 0, firstOffset: 10, lastOffset: 19 }
    await putEntry(scene.store, { ...entry, schema: 'raw_ticks/2', files: [{ ...about!, rows: 11 }] })
    expect(await says()).toEqual(['fault holds 10 rows, the manifest says 11'])
    await putEntry(scene.store, {
      ...entry,
      schema: 'raw_ticks/2',
      files: [{ ...about!, ids: [['1000010', '1000018']] }]
    })
    expect(await says()).toEqual([expect.stringContaining('holds other ids than the manifest says')])
  })

  test('finds ids that are missing, but for those that the ledger names', async () => {
    await scene.write(20, tradesFrom(30, 5))
    expect(await says()).toEqual(['fault ids 1000020..1000029 are missing, and `gaps` was not asked'])
    expect(await says([])).toEqual(['fault ids 1000020..1000029 are missing, and `gaps` does not name them'])
    expect(await says([gap(1_000_020, 1_000_024), gap(1_000_027, 1_000_040)])).toEqual([
      'fault ids 1000025..1000026 are missing, and `gaps` does not name them'
    ])
    expect(await says([gap(1_000_020, 1_000_029, { symbol: 'ETH/USDT' })])).toHaveLength(1)
    expect(await says([gap(1_000_020, 1_000_029, { status: 'filled' })])).toHaveLength(1)
    const { findings, instruments } = await check([gap(1_000_000, 1_000_029)])
    expect(findings).toEqual([])
    expect(instruments).toMatchObject([{ missing: 10, named: 10 }])
  })

  test('names files that no entry names, and does not fault them', async () => {
    const bytes = readFileSync((await files())[0]!)
    const folder = 'raw_ticks/venue=binance/symbol=BTC-USDT/date=2024-08-09/raw_ticks-0-'
    const name = (from: number, to: number) =>
      `${folder}${String(from).padStart(20, '0')}-${String(to).padStart(20, '0')}.parquet`
    await scene.store.put(name(12, 15), [bytes])
    await scene.store.put(name(20, 29), [bytes])
    expect(await says()).toEqual([
      'note no entry names it: its rows stand in others',
      'note no entry names it: a sink was stopped, or is at it'
    ])
  })
})

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkLake } from '../../src/lake/maintain/check-lake.ts'
import { type Compacted, compactDay } from '../../src/lake/maintain/compact-day.ts'
import { removeReplaced } from '../../src/lake/maintain/remove-replaced.ts'
import { liveFiles } from '../../src/lake/manifest/manifest.ts'
import { openTradeFile } from '../../src/lake/parquet/read-trade-file.ts'
import type { LakeStore } from '../../src/lake/store/lake-store.ts'
import { killedAt } from './killed-at.ts'
import { duckdbRows } from './lake-rows.ts'
import { type LakeScene, lakeScene, MIDNIGHT, NEVER, tradesFrom } from './lake-scene.ts'

const compact = async (store: LakeStore, date: string): Promise<readonly Compacted[]> => {
  const all: Compacted[] = []
  for await (const one of compactDay(store, date, NEVER)) all.push(one)
  return all
}

const LATER = MIDNIGHT * 2

describe('a day that is compacted', () => {
  let scene: LakeScene

  beforeEach(() => {
    scene = lakeScene()
  })
  afterEach(() => scene.remove())

  const eth = { symbol: 'ETH/USDT' }
  const names = async (): Promise<readonly string[]> =>
    (await liveFiles(scene.store)).map(({ instrument, date, rows }) => `${instrument} ${date} ${rows}`)
  const faults = async () => (await checkLake(scene.store, { ledger: null, isQuick: false, signal: NEVER })).findings

  test('is one file an instrument, of the same trades', async () => {
    for (let at = 0; at < 50; at += 10) await scene.write(at, [...tradesFrom(at, 5), ...tradesFrom(at, 5, eth)])
    const before = await scene.trades()
    expect(await compact(scene.store, '2024-08-09')).toMatchObject([
      { firstOffset: 0, lastOffset: 49, entries: 5, filesBefore: 10, filesAfter: 2, rows: 50, what: 'trades' }
    ])
    expect(await names()).toEqual(['BTC/USDT 2024-08-09 25', 'ETH/USDT 2024-08-09 25'])
    expect(await scene.trades()).toEqual(before)
    expect(await compact(scene.store, '2024-08-09')).toEqual([])
  })

  test('and written to meanwhile and afterwards is compacted again', async () => {
    await scene.write(0, tradesFrom(0, 5))
    await scene.write(5, tradesFrom(5, 5))
    await compact(scene.store, '2024-08-09')
    await scene.write(10, tradesFrom(10, 5))
    expect(await names()).toEqual(['BTC/USDT 2024-08-09 10', 'BTC/USDT 2024-08-09 5'])
    await compact(scene.store, '2024-08-09')
    expect(await names()).toEqual(['BTC/USDT 2024-08-09 15'])
    await removeReplaced(scene.store, LATER, NEVER)
    expect(await faults()).toEqual([])
  })

  test('takes the entries from its first trade to the first of the next day, and leaves other days alone', async () => {
    await scene.write(0, tradesFrom(-20, 5))
    await scene.write(5, tradesFrom(-15, 5))
    await scene.write(10, tradesFrom(-10, 20))
    await scene.write(30, tradesFrom(10, 5))
    await scene.write(35, [])
    await scene.write(35, tradesFrom(-30, 5))
    const before = await scene.trades()
    expect(await compact(scene.store, '2024-08-09')).toMatchObject([{ firstOffset: 10, lastOffset: 39 }])
    expect(await names()).toEqual([
      'BTC/USDT 2024-08-08 5',
      'BTC/USDT 2024-08-08 5',
      'BTC/USDT 2024-08-08 15',
      'BTC/USDT 2024-08-09 15'
    ])
    await compact(scene.store, '2024-08-08')
    expect((await names())[0]).toBe('BTC/USDT 2024-08-08 10')
    expect(await scene.trades()).toEqual(before)
  })

  test('never speaks for offsets that no entry spoke for', async () => {
    await scene.write(0, tradesFrom(0, 5))
    await scene.write(5, tradesFrom(5, 5))
    await scene.write(20, tradesFrom(10, 5))
    await scene.write(25, tradesFrom(15, 5))
    await compact(scene.store, '2024-08-09')
    expect(await names()).toHaveLength(2)
    await removeReplaced(scene.store, LATER, NEVER)
    expect(await faults()).toMatchObject([{ says: 'no entry speaks for the offsets 10..19' }])
  })

  test('heals what two owners wrote at once', async () => {
    await scene.write(0, tradesFrom(0, 10))
    await scene.write(5, tradesFrom(5, 10))
    expect(await scene.trades()).toHaveLength(20)
    await compact(scene.store, '2024-08-09')
    await removeReplaced(scene.store, LATER, NEVER)
    expect(await scene.trades()).toHaveLength(15)
    expect(await faults()).toEqual([])
  })

  test('keeps numbers that no DECIMAL holds, ids that are no numbers, and every partition', async () => {
    const odd = [{ price: '0.0000000000000000001' }, { id: 'a-1' }, { quantity: '123456789012345678901.5' }]
    for (const [at, of] of odd.entries()) {
      await scene.write(at, tradesFrom(at, 1, of))
      await scene.write(at, tradesFrom(at, 1, eth), 1)
    }
    const before = await scene.trades()
    expect(await compact(scene.store, '2024-08-09')).toHaveLength(2)
    expect(await names()).toEqual(['BTC/USDT 2024-08-09 3', 'ETH/USDT 2024-08-09 3'])
    expect(await scene.trades()).toEqual(before)
  })

  test('killed before or behind any of its changes, it holds the same trades once, and goes on', async () => {
    for (let n = 0; n < 15; n += 5) await scene.write(2 * n, [...tradesFrom(n, 5), ...tradesFrom(n, 5, eth)])
    const before = await scene.trades()
    let deaths = 0
    for (const when of ['before', 'behind'] as const)
      for (let nth = 1; ; nth++) {
        const dying = killedAt(scene.store, nth, when)
        const isDead = await compact(dying, '2024-08-09')
          .then(() => removeReplaced(dying, LATER, NEVER))
          .then(() => false)
          .catch(() => true)
        expect(await scene.trades()).toEqual(before)
        if (!isDead) break
        deaths++
      }
    expect(deaths).toBeGreaterThanOrEqual(3)
    expect(await names()).toEqual(['BTC/USDT 2024-08-09 15', 'ETH/USDT 2024-08-09 15'])
    expect(await faults()).toEqual([])
    expect(await scene.store.list('raw_ticks')).toHaveLength(2)
    expect(await scene.store.list('_manifest')).toHaveLength(1)
    expect(await scene.store.list('_replaced')).toEqual([])
  })

  test('shows each trade once to whoever scans the folder, and no manifest', async () => {
    for (let at = 0; at < 15; at += 5) await scene.write(at, tradesFrom(at, 5))
    const scanned = `select count(*) as n, count(distinct trade_id) as ids from read_parquet('${scene.folder}/raw_ticks/**/*')`
    expect(await duckdbRows(scanned)).toEqual([{ n: '15', ids: '15' }])
    await compact(scene.store, '2024-08-09')
    expect(await duckdbRows(scanned)).toEqual([{ n: '15', ids: '15' }])
  })

  test('leaves what it replaced to those who read it, for as long as they were given', async () => {
    await scene.write(0, tradesFrom(0, 5))
    await scene.write(5, tradesFrom(5, 5))
    const parts = await liveFiles(scene.store)
    await compact(scene.store, '2024-08-09')
    const aMinuteAgo = Date.now() - 60_000
    expect(await removeReplaced(scene.store, aMinuteAgo, NEVER)).toBe(0)
    for (const part of parts) expect((await openTradeFile(scene.store, part)).rows).toBe(5)
    expect(await removeReplaced(scene.store, LATER, NEVER)).toBe(4)
    expect(await removeReplaced(scene.store, LATER, NEVER)).toBe(0)
  })
})

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from '@jest/globals'
import { compareArchive } from '../../src/archive/compare-archive.ts'
import { type ArchiveFile, findArchives } from '../../src/archive/find-archives.ts'
import { importArchive } from '../../src/archive/import-archive.ts'
import { exchangeById } from '../../src/exchange/registry.ts'
import { checkLake } from '../../src/lake/maintain/check-lake.ts'
import type { LakeStore } from '../../src/lake/store/lake-store.ts'
import { epochMs } from '../../src/market/time.ts'
import { type LakeScene, lakeScene, MIDNIGHT, NEVER, tradesFrom } from '../lake/lake-scene.ts'
import { fakeClock } from '../support/fake-clock.ts'

const folder = mkdtempSync(join(tmpdir(), 'tickstream-archive-'))
const scenes: LakeScene[] = []
afterAll(() => {
  rmSync(folder, { recursive: true })
  for (const scene of scenes) scene.remove()
})

const scene = (): LakeScene => {
  const made = lakeScene()
  scenes.push(made)
  return made
}

const BTC = { exchange: 'binance', symbol: 'BTC/USDT' }
const PERPETUAL = { exchange: 'binanceusdm', symbol: 'BTC/USDT:USDT' }

/** The nth row of a file of spot trades: a millisecond each. */
const row = (n: number, factor = 1): string =>
  `${1_000_000 + n},61686.01000000,0.00123000,75.87379230,${(MIDNIGHT + n) * factor},${n % 2 === 0 ? 'True' : 'False'},True`

const rows = (from: number, count: number, factor = 1): string =>
  `${Array.from({ length: count }, (_, n) => row(from + n, factor)).join('\n')}\n`

let count = 0

const put = (
  text: string | Buffer,
  name = `BTCUSDT-trades-2024-08-${String(++count).padStart(2, '0')}.csv`
): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const filesAt = async (path: string, prefix: string): Promise<readonly ArchiveFile[]> => {
  const found: ArchiveFile[] = []
  for await (const file of findArchives([path], prefix, NEVER)) found.push(file)
  return found
}

const archiveAt = async (path: string, prefix = 'BTCUSDT-trades-'): Promise<ArchiveFile> =>
  (await filesAt(path, prefix))[0]!

const importInto = async (store: LakeStore, path: string, bytes = 64 << 20, instrument = BTC) => {
  const archive = exchangeById(instrument.exchange).archive!
  const file = await archiveAt(path, archive.prefix(instrument))
  const form = { archive, instrument, receivedAt: epochMs(MIDNIGHT + 86_400_000) }
  return importArchive(file, form, { store, clock: fakeClock(), rules: { bytes }, signal: NEVER })
}

const idsIn = async (lake: LakeScene): Promise<readonly number[]> =>
  (await lake.trades()).map(text => Number(text.split(' ')[1])).sort((a, b) => a - b)

const idsFrom = (from: number, total: number): readonly number[] =>
  Array.from({ length: total }, (_, n) => 1_000_000 + from + n)

describe('a file of trades', () => {
  test.each([
    ['without a header', rows(0, 50)],
    ['with one', `id,price,qty,quote_qty,time,is_buyer_maker,is_best_match\n${rows(0, 50)}`],
    ['in microseconds', rows(0, 50, 1_000)],
    ['in gzip', gzipSync(rows(0, 50))]
  ])('%s comes into the lake, each trade once', async (_what, text) => {
    const lake = scene()
    expect(await importInto(lake.store, put(text))).toEqual({ added: 50, present: 0, before: 0 })
    expect(await idsIn(lake)).toEqual(idsFrom(0, 50))
  })

  test('adds nothing a second time', async () => {
    const lake = scene()
    const path = put(rows(0, 50))
    await importInto(lake.store, path)
    expect(await importInto(lake.store, path)).toEqual({ added: 0, present: 0, before: 50 })
    expect(await idsIn(lake)).toEqual(idsFrom(0, 50))
  })

  test('adds what neither a stream nor another file has brought', async () => {
    const lake = scene()
    await lake.write(0, tradesFrom(10, 5))
    await importInto(lake.store, put(rows(0, 20)))
    expect(await importInto(lake.store, put(rows(0, 40)))).toEqual({ added: 20, present: 20, before: 0 })
    expect(await idsIn(lake)).toEqual(idsFrom(0, 40))
    const report = await checkLake(lake.store, { ledger: null, isQuick: false, signal: NEVER })
    expect(report.findings).toEqual([])
    expect(report.partitions.map(({ name }) => name)).toContainEqual(
      expect.stringMatching(/^BTCUSDT-trades-2024-08-\d\d\.csv\.[0-9a-f]{16}\/0$/)
    )
  })

  test('that ends at any write goes on where the manifest says, and no trade is doubled or lost', async () => {
    const path = put(rows(0, 2_400))
    for (let broken = 1; ; broken++) {
      const lake = scene()
      let puts = 0
      const failing: LakeStore = {
        ...lake.store,
        put: (...args) => (++puts === broken ? Promise.reject(new Error('no power')) : lake.store.put(...args))
      }
      const first = await importInto(failing, path, 40_000).catch((error: Error) => error.message)
      await importInto(lake.store, path, 40_000)
      expect(await idsIn(lake)).toEqual(idsFrom(0, 2_400))
      if (first !== 'no power') break
      expect(puts).toBe(broken)
    }
  })

  test('of aggregates of futures keeps how many prints each holds', async () => {
    const lake = scene()
    const text = `agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n7,61686.0,0.5,100,102,${MIDNIGHT},true\n`
    const path = put(text, 'BTCUSDT-aggTrades-2024-08-09.csv')
    expect(await importInto(lake.store, path, 1, PERPETUAL)).toEqual({ added: 1, present: 0, before: 0 })
    expect(await idsIn(lake)).toEqual([7])
    const { decode } = exchangeById(PERPETUAL.exchange).archive!
    const cells = text.split('\n')[1]!.split(',')
    expect(decode(cells, PERPETUAL, epochMs(MIDNIGHT))).toMatchObject({
      id: '7',
      prints: 3,
      side: 'sell',
      time: MIDNIGHT
    })
  })

  test.each([
    ['aggregates where trades are due', 'agg_trade_id,price\n1,2', /line 1: column 1 is agg_trade_id, where id stands/],
    ['a price that is none', rows(0, 2).replace(',61686.01000000', ',n/a'), /line 1: price/],
    ['a side that is none', rows(0, 2).replace('True,True', 'maybe,True'), /line 1: isBuyerMaker/],
    ['a row that is cut', `${rows(0, 1)}1000001,61686.01`, /line 2: qty/]
  ])('with %s is named with its line', async (_what, text, said) => {
    await expect(importInto(scene().store, put(text))).rejects.toMatchObject({
      code: 'TS-DATA',
      message: expect.stringMatching(said)
    })
  })
})

describe('a comparison', () => {
  const compare = async (store: LakeStore, text: string) => {
    const archive = exchangeById('binance').archive!
    const form = { archive, instrument: BTC, receivedAt: epochMs(MIDNIGHT) }
    const said: string[] = []
    const found = await compareArchive(await archiveAt(put(text)), form, store, line => said.push(line))
    return { ...found, said }
  }

  /** What the stream brought of the same market: as the file says it. */
  const streamed = (from: number, total: number) =>
    tradesFrom(from, total).map((trade, n) => ({
      ...trade,
      side: (from + n) % 2 === 0 ? ('sell' as const) : ('buy' as const)
    }))

  test('counts what both have, and what one has alone', async () => {
    const lake = scene()
    await lake.write(0, streamed(5, 1_995))
    const text = rows(0, 2_500).replace(`${row(700)}\n`, '')
    expect(await compare(lake.store, text)).toEqual({
      ...{ same: 1_994, differing: 0, notInLake: 505, notInArchive: 1 },
      said: []
    })
  })

  test('names each trade that they say differently, and how', async () => {
    const lake = scene()
    await lake.write(
      0,
      streamed(0, 10).map((trade, n) => (n === 3 ? { ...trade, price: '61686.02' } : trade))
    )
    const found = await compare(lake.store, rows(0, 10))
    expect(found).toMatchObject({ same: 9, differing: 1, notInLake: 0, notInArchive: 0 })
    expect(found.said).toEqual(['trade 1000003: price is 61686.01 in the archive and 61686.02 in the lake'])
  })

  test('does not hold a file against itself', async () => {
    const lake = scene()
    const path = put(rows(0, 10))
    await importInto(lake.store, path)
    const form = { archive: exchangeById('binance').archive!, instrument: BTC, receivedAt: epochMs(MIDNIGHT) }
    const found = await compareArchive(await archiveAt(path), form, lake.store, () => undefined)
    expect(found).toEqual({ same: 0, differing: 0, notInLake: 10, notInArchive: 0 })
  })
})

/** A server that has some files, breaks one off, and is out of order for another. */
const serve = async (files: Readonly<Record<string, string>>) => {
  const server = createServer(({ url = '' }, response) => {
    const text = files[url]
    if (url.includes('broken')) {
      response.writeHead(200, { 'content-length': 1_000 }).write('1')
      setImmediate(() => response.destroy())
    } else if (url.includes('busy')) response.writeHead(503).end()
    else response.writeHead(text === undefined ? 404 : 200).end(text)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { at: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

describe('an address', () => {
  const name = '/data/BTCUSDT-trades-2024-08-09.csv'
  const sha256 = createHash('sha256').update(rows(0, 20)).digest('hex')

  test('is downloaded, verified, and taken', async () => {
    const server = await serve({ [name]: rows(0, 20), [`${name}.CHECKSUM`]: `${sha256}  ${name}` })
    const lake = scene()
    let path = ''
    for await (const file of findArchives([server.at + name], 'BTCUSDT-trades-', NEVER)) {
      expect(file).toMatchObject({ name: 'BTCUSDT-trades-2024-08-09.csv', isVerified: true, sha256 })
      path = file.path
      expect(await importInto(lake.store, path)).toEqual({ added: 20, present: 0, before: 0 })
    }
    server.close()
    expect(await idsIn(lake)).toEqual(idsFrom(0, 20))
    expect(existsSync(path)).toBe(false)
  })

  test.each([
    ['where nothing is', '/BTCUSDT-trades-2020.csv', 'TS-CONFIG', /there is no such file \(404\)/],
    ['that breaks off', '/BTCUSDT-trades-broken.csv', 'TS-AWAY', /broke off/],
    ['that is out of order', '/BTCUSDT-trades-busy.csv', 'TS-AWAY', /answers 503; try again later/],
    ['of another instrument', '/ETHUSDT-trades-2024.csv', 'TS-CONFIG', /are named BTCUSDT-trades-/],
    ['of no file', '/', 'TS-CONFIG', /does not end with the name of a file/]
  ])('%s is refused with the reason', async (_what, url, code, said) => {
    const server = await serve({})
    await expect(archiveAt(server.at + url)).rejects.toMatchObject({ code, message: expect.stringMatching(said) })
    server.close()
  })

  test('without a server is told', async () => {
    const server = await serve({})
    server.close()
    await expect(archiveAt(server.at + name)).rejects.toMatchObject({
      code: 'TS-AWAY',
      message: expect.stringContaining('cannot be reached (')
    })
  })
})

describe('the files', () => {
  test('are those of the instrument in a folder, in the order of their names', async () => {
    const [one, other] = ['BTCUSDT-trades-2023-01.csv', 'BTCUSDT-trades-2023-02.csv'].map(name => put(rows(0, 1), name))
    put(rows(0, 1), 'ETHUSDT-trades-2023-01.csv')
    const found = await filesAt(folder, 'BTCUSDT-trades-2023')
    expect(found.map(({ path }) => path)).toEqual([one, other])
  })

  test('are verified by the checksum beside them', async () => {
    const path = put(rows(0, 3))
    expect((await archiveAt(path)).isVerified).toBe(false)
    const sha256 = createHash('sha256').update(rows(0, 3)).digest('hex')
    writeFileSync(`${path}.CHECKSUM`, `${sha256}  a-name.zip\n`)
    expect((await archiveAt(path)).isVerified).toBe(true)
    writeFileSync(`${path}.CHECKSUM`, `${sha256.replace(/^./, digit => (digit === '0' ? '1' : '0'))}  a-name.zip\n`)
    await expect(archiveAt(path)).rejects.toThrow(
      /has the checksum [0-9a-f]{64}, and .*CHECKSUM says .*; download both/
    )
  })

  test('of another instrument are refused', async () => {
    await expect(archiveAt(put('', 'SOLUSDT-trades-2024.csv'))).rejects.toMatchObject({ code: 'TS-CONFIG' })
    await expect(archiveAt(join(folder, 'BTCUSDT-trades-none.csv'))).rejects.toMatchObject({ code: 'TS-CONFIG' })
  })
})

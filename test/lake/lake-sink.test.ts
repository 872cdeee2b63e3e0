import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { liveFiles } from '../../src/lake/manifest/manifest.ts'
import { openTradeFile } from '../../src/lake/parquet/read-trade-file.ts'
import { folderStore } from '../../src/lake/store/folder-store.ts'
import type { LakeStore } from '../../src/lake/store/lake-store.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import type { LakeValue } from '../../src/sink/lake/lake-buffer.ts'
import { type LakeRules, lakeSink } from '../../src/sink/lake/lake-sink.ts'
import type { Sink } from '../../src/stream/sink.ts'
import { rawTicks } from '../../src/topics.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { incoming } from '../support/records.ts'
import { duckdbRows } from './lake-rows.ts'

const NEVER = new AbortController().signal
const PLACE = { topic: 'raw_ticks', partition: 0 }
const MIDNIGHT = Date.UTC(2024, 7, 9)

const tradeAt = (n: number, of: Partial<Trade> = {}): Trade => ({
  exchange: 'binance',
  symbol: 'BTC/USDT',
  id: String(1_000 + n),
  price: '61686.01',
  quantity: '0.00123',
  time: epochMs(MIDNIGHT + n),
  receivedAt: epochMs(MIDNIGHT + n + 7),
  side: 'buy',
  via: 'stream',
  ...of
})

describe('the sink lake', () => {
  let folder: string
  let store: LakeStore
  let clock: ReturnType<typeof fakeClock>

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tickstream-lake-'))
    store = folderStore(folder)
    clock = fakeClock()
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** A sink that begins where the store says. */
  const open = async (rules: Partial<LakeRules> = { afterMs: 60_000, bytes: 64 << 20 }): Promise<Sink<LakeValue>> => {
    const sink = lakeSink(store, clock, rules)
    const known = await sink.positions!([PLACE])
    if (known.size === 0) await sink.write({ values: [], advances: [{ ...PLACE, stored: null, next: 0n }] }, NEVER)
    return sink
  }
  /** Writes trades at offsets from `at` on, as far as a sink has come. */
  const give = (sink: Sink<LakeValue>, at: number, trades: readonly Trade[]): Promise<'written' | 'stale'> => {
    const values = trades.map((value, n) => ({
      value,
      record: {
        ...PLACE,
        offset: String(at + n),
        timestamp: value.time,
        key: null,
        value: Buffer.from(rawTicks.codec.encode(value)),
        headers: {}
      }
    }))
    return sink.write({ values, advances: [{ ...PLACE, stored: BigInt(at), next: BigInt(at + trades.length) }] }, NEVER)
  }
  /** Lets a minute go by, and the sink know of it. */
  const aMinute = async (sink: Sink<LakeValue>): Promise<void> => {
    await clock.sleep(60_000)
    await sink.write({ values: [], advances: [] }, NEVER)
  }
  const rows = async (columns: string): Promise<readonly Readonly<Record<string, string | null>>[]> => {
    const paths = (await liveFiles(store)).map(file => `'${join(folder, file.path)}'`)
    return duckdbRows(`select ${columns} from read_parquet([${paths}]) order by kafka_offset`)
  }

  test('a trade is in a file a minute after it came, digit for digit, and not before', async () => {
    const sink = await open()
    await give(sink, 0, [tradeAt(1)])
    await clock.sleep(59_000)
    await sink.write({ values: [], advances: [] }, NEVER)
    expect(await liveFiles(store)).toEqual([])
    expect(sink.storedTo!(PLACE)).toBe(0n)
    await aMinute(sink)
    expect(sink.storedTo!(PLACE)).toBe(1n)
    expect(await rows('* exclude (date, symbol, venue)')).toEqual([
      {
        exchange: 'binance',
        instrument: 'BTC/USDT',
        trade_id: '1001',
        price: '61686.01000000',
        price_wide: null,
        price_text: null,
        quantity: '0.00123000',
        quantity_wide: null,
        quantity_text: null,
        quote_quantity: '75.873792300000000000',
        quote_quantity_text: null,
        quote_quantity_source: 'computed',
        time: '2024-08-09 00:00:00.001+00',
        received_at: '2024-08-09 00:00:00.008+00',
        side: 'buy',
        via: 'stream',
        kafka_partition: '0',
        kafka_offset: '0',
        ...{
          sequence: null,
          contracts: null,
          contracts_text: null,
          prints: null,
          flags: null
        }
      }
    ])
  })

  test('a trade of ids that began anew is refused, and it is said what to do', async () => {
    const read = (trade: Trade) =>
      lakeSink(store, clock).read(incoming({ ...PLACE, value: Buffer.from(rawTicks.codec.encode(trade)) }))
    expect(read(tradeAt(1))).toEqual(tradeAt(1))
    expect(() => read(tradeAt(1, { epoch: 2 }))).toThrow(
      /^trade 1001 is of epoch 2: .* a lake holds one chain of them; .*fresh LAKE_DIR/
    )
  })

  test('a number that the narrow type does not hold is in the wide one, and what that does not hold is text', async () => {
    const sink = await open()
    const long = [
      ...['0.0000000000000000001', '123456789012345678901', '12345678901234567890.123456789012345678', '0'],
      ...['9999999999.99999999', '10000000000', '0.000000001']
    ]
    await give(
      sink,
      0,
      long.map((price, n) => tradeAt(n, { price }))
    )
    await aMinute(sink)
    const none = { price: null, price_wide: null, price_text: null }
    expect(await rows('price, price_wide, price_text')).toEqual([
      { ...none, price_text: long[0] },
      { ...none, price_text: long[1] },
      { ...none, price_wide: long[2] },
      { ...none, price: '0.00000000' },
      { ...none, price: long[4] },
      { ...none, price_wide: '10000000000.000000000000000000' },
      { ...none, price_wide: '0.000000001000000000' }
    ])
  })

  test('what a trade was in the quote currency is in every row, exact, and it is said who says so', async () => {
    const sink = await open()
    await give(sink, 0, [
      tradeAt(0),
      tradeAt(1, { quoteQuantity: '100' }),
      tradeAt(2, { price: '0.000000000001', quantity: '0.000000000003' }),
      tradeAt(3, { price: '0.000000000001', quantity: '0.0000003' })
    ])
    await aMinute(sink)
    expect(await rows('quote_quantity as q, quote_quantity_text as text, quote_quantity_source as source')).toEqual([
      { q: '75.873792300000000000', text: null, source: 'computed' },
      { q: '100.000000000000000000', text: null, source: 'exchange' },
      { q: null, text: '0.000000000000000000000003', source: 'computed' },
      { q: null, text: '0.0000000000000000003', source: 'computed' }
    ])
  })

  test('a trade is read back as it was, whoever says what it was in the quote currency', async () => {
    const sink = await open()
    const trades = [tradeAt(0), tradeAt(1, { contracts: '3', quoteQuantity: '75.8737923', prints: 2 }), tradeAt(2)]
    await give(sink, 0, trades)
    await aMinute(sink)
    const [file] = await liveFiles(store)
    const found: Trade[] = []
    for await (const some of (await openTradeFile(store, file!)).trades()) found.push(...some.map(({ trade }) => trade))
    expect(found.map(trade => JSON.stringify(trade))).toEqual(trades.map(trade => JSON.stringify(trade)))
  })

  test('files are by instrument and UTC day of the trade', async () => {
    const sink = await open()
    await give(sink, 0, [tradeAt(-1), tradeAt(0), tradeAt(1, { symbol: 'ETH/USDT' })])
    await aMinute(sink)
    const name = 'raw_ticks-0-00000000000000000000-00000000000000000002.parquet'
    expect((await liveFiles(store)).map(file => file.path)).toEqual([
      `raw_ticks/venue=binance/symbol=BTC-USDT/date=2024-08-08/${name}`,
      `raw_ticks/venue=binance/symbol=BTC-USDT/date=2024-08-09/${name}`,
      `raw_ticks/venue=binance/symbol=ETH-USDT/date=2024-08-09/${name}`
    ])
  })

  test('an id stands once in a file, however often it came', async () => {
    const sink = await open()
    await give(sink, 0, [tradeAt(1), tradeAt(3), tradeAt(1), tradeAt(2), tradeAt(3), tradeAt(2)])
    await aMinute(sink)
    expect(await rows('trade_id')).toEqual([{ trade_id: '1001' }, { trade_id: '1003' }, { trade_id: '1002' }])
    const [file] = await liveFiles(store)
    expect(file).toMatchObject({ rows: 3, duplicates: 3, ids: [['1001', '1003']] })
  })

  test('files are cut early when they take too much memory', async () => {
    const sink = await open({ afterMs: 60_000, bytes: 10_000 })
    for (let at = 0; at < 1_000; at += 100)
      await give(
        sink,
        at,
        Array.from({ length: 100 }, (_, n) => tradeAt(at + n))
      )
    expect(Number(sink.storedTo!(PLACE))).toBeGreaterThan(500)
  })

  test('a sink that starts again goes on after the last offset that the manifest vouches for', async () => {
    const first = await open()
    await give(first, 0, [tradeAt(0), tradeAt(1)])
    await aMinute(first)
    await give(first, 2, [tradeAt(2)])
    const again = lakeSink(store, clock)
    expect(await again.positions!([PLACE])).toEqual(new Map([['raw_ticks/0', { next: 2n, log: null }]]))
  })

  test('the manifest says which log its offsets are of', async () => {
    const log = { clusterId: 'here', topicId: 'T1', leaderEpoch: 3 }
    const first = await open()
    const values = [{ value: tradeAt(0), record: incoming({ partition: 0, offset: '0' }) }]
    await first.write({ values, advances: [{ ...PLACE, stored: 0n, next: 1n, log }] }, NEVER)
    await aMinute(first)
    expect(await lakeSink(store, clock).positions!([PLACE])).toEqual(new Map([['raw_ticks/0', { next: 1n, log }]]))
  })

  test('files that nobody vouched for before a crash are nobody’s, and are written again', async () => {
    const { put } = store
    const broken: LakeStore = {
      ...store,
      put: (path, ...rest) => (path.endsWith('.json') ? Promise.reject(new Error('killed')) : put(path, ...rest))
    }
    const sound = store
    store = broken
    const first = await open()
    await give(first, 0, [tradeAt(0)])
    await expect(aMinute(first)).rejects.toThrow('killed')
    store = sound
    expect(await liveFiles(store)).toEqual([])
    const again = await open()
    await give(again, 0, [tradeAt(0), tradeAt(1)])
    await aMinute(again)
    expect(await rows('trade_id')).toEqual([{ trade_id: '1000' }, { trade_id: '1001' }])
  })

  test('an owner that lives on after another took over takes nothing away, whoever comes last', async () => {
    const [zombie, owner] = [await open(), await open()]
    await give(zombie, 0, [tradeAt(0), tradeAt(1)])
    await give(owner, 0, [tradeAt(0), tradeAt(1), tradeAt(2)])
    await aMinute(owner)
    await give(owner, 3, [tradeAt(3)])
    await aMinute(zombie)
    await aMinute(owner)
    expect(await rows('trade_id')).toEqual([0, 1, 2, 3].map(n => ({ trade_id: String(1_000 + n) })))
  })

  test('a batch that does not begin where the sink stands is stale, and changes nothing', async () => {
    const sink = await open()
    await give(sink, 0, [tradeAt(0)])
    expect(await give(sink, 0, [tradeAt(0)])).toBe('stale')
    expect(await give(sink, 5, [tradeAt(5)])).toBe('stale')
    await aMinute(sink)
    expect(await rows('trade_id')).toEqual([{ trade_id: '1000' }])
  })

  test('a topic that was made anew does not write over what is there', async () => {
    const first = await open()
    await give(first, 0, [tradeAt(0), tradeAt(1), tradeAt(2)])
    await aMinute(first)
    const anew = lakeSink(store, clock)
    await anew.positions!([PLACE])
    await anew.write({ values: [], advances: [{ ...PLACE, stored: 3n, next: 0n }] }, NEVER)
    await give(anew, 0, [tradeAt(10)])
    await aMinute(anew)
    expect((await rows('trade_id')).map(row => row.trade_id).sort()).toEqual(['1000', '1001', '1002', '1010'])
    const again = lakeSink(store, clock)
    expect(await again.positions!([PLACE])).toEqual(new Map([['raw_ticks/0', { next: 1n, log: null }]]))
  })

  test('nobody vouches for records that retention took away unread', async () => {
    const first = await open()
    await give(first, 0, [tradeAt(0)])
    await aMinute(first)
    const late = lakeSink(store, clock)
    await late.positions!([PLACE])
    await late.write({ values: [], advances: [{ ...PLACE, stored: 1n, next: 50n, lost: 49n }] }, NEVER)
    await give(late, 50, [tradeAt(50)])
    await aMinute(late)
    expect((await liveFiles(store)).map(file => [file.firstOffset, file.lastOffset])).toEqual([
      [0, 0],
      [50, 50]
    ])
  })

  test('what a folder cannot be named by is bad data', async () => {
    const sink = await open()
    const record = (of: Partial<Trade>) => ({
      ...PLACE,
      offset: '0',
      timestamp: epochMs(MIDNIGHT),
      key: null,
      value: Buffer.from(rawTicks.codec.encode(tradeAt(0, of))),
      headers: {}
    })
    for (const bad of [{ exchange: '../..' }, { symbol: '../../x' }, { id: 'ä' }])
      expect(() => sink.read(record(bad))).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

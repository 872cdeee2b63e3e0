import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkLake } from '../../src/lake/maintain/check-lake.ts'
import { compactDay } from '../../src/lake/maintain/compact-day.ts'
import { removeReplaced } from '../../src/lake/maintain/remove-replaced.ts'
import { dayOf } from '../../src/lake/manifest/lake-paths.ts'
import { liveFiles, putEntry } from '../../src/lake/manifest/manifest.ts'
import { openTradeFile } from '../../src/lake/parquet/read-trade-file.ts'
import { ticksInRange } from '../../src/lake/read/replay-ticks.ts'
import { unnumberedTicks } from '../../src/lake/read/unnumbered-ticks.ts'
import { heartbeatOf, isTrade, type Tick, TRADE, type Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { anyRecord } from '../support/any-record.ts'
import { duckdbRows } from './lake-rows.ts'
import { type LakeScene, lakeScene, MIDNIGHT, NEVER, tradesFrom } from './lake-scene.ts'
import { finalsOf, GOLD, keyOf, modelScene, told } from './model-scene.ts'

const DAY_MS = 86_400_000

/** Ids as exchanges write them: numbers, numbers beyond 2^63, UUIDs. */
const ID = fc.oneof(
  fc.nat().map(String),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }).map(String),
  fc.uuid(),
  fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.:'), minLength: 1, maxLength: 64 })
)

/** Trades with any of the fields that some exchanges alone have; ids come twice now and then. */
const TRADES = fc.array(
  fc.tuple(anyRecord(TRADE), ID).map(([{ epoch: _, ...trade }, id]): Trade => ({ ...trade, id })),
  { minLength: 1, maxLength: 12 }
)

/** The first of every id, whose later ones are other trades only where this generator says so. */
const firsts = (trades: readonly Trade[]): readonly Trade[] => [
  ...new Map(
    trades.toReversed().map(trade => [`${trade.exchange}:${trade.symbol} ${dayOf(trade.time)} ${trade.id}`, trade])
  ).values()
]

const inOrder = (trades: readonly Trade[]): readonly string[] => trades.map(trade => JSON.stringify(trade)).sort()

describe('a lake of any exchange', () => {
  let scene: LakeScene
  afterEach(() => scene.remove())

  const stored = async (): Promise<readonly Trade[]> => {
    const trades: Trade[] = []
    for (const file of await liveFiles(scene.store))
      for await (const rows of (await openTradeFile(scene.store, file)).trades())
        trades.push(...rows.map(({ trade }) => trade))
    return trades
  }
  const compact = async (): Promise<void> => {
    const days = new Set((await liveFiles(scene.store)).map(({ date }) => date))
    for (const day of days) for await (const _ of compactDay(scene.store, day, NEVER));
    await removeReplaced(scene.store, Number.MAX_SAFE_INTEGER, NEVER)
  }
  const idsByDuckdb = async (): Promise<readonly string[]> => {
    const paths = (await liveFiles(scene.store)).map(({ path }) => `'${join(scene.folder, path)}'`)
    return (await duckdbRows(`select trade_id from read_parquet([${paths}], union_by_name = true)`)).map(
      row => row.trade_id!
    )
  }

  test('holds every field of every trade, whatever its id is, through compaction, check and DuckDB', async () => {
    await fc.assert(
      fc.asyncProperty(TRADES, fc.nat(12), fc.boolean(), async (trades, cut, hasChain) => {
        scene = lakeScene(hasChain)
        try {
          const due = inOrder(firsts(trades))
          await scene.write(0, trades.slice(0, cut))
          await scene.write(Math.min(cut, trades.length), trades.slice(cut))
          if (!hasChain) expect((await liveFiles(scene.store)).map(({ ids }) => ids).filter(ids => ids)).toEqual([])
          await compact()
          const { findings } = await checkLake(scene.store, { ledger: null, isQuick: false, signal: NEVER })
          const isOfIds = (says: string): boolean => says.startsWith('ids ')
          expect(findings.filter(({ kind, says }) => kind === 'fault' && (!hasChain || !isOfIds(says)))).toEqual([])
          if (hasChain) return
          expect(inOrder(await stored())).toEqual(due)
          expect((await idsByDuckdb()).toSorted()).toEqual(due.map(text => JSON.parse(text).id).toSorted())
        } finally {
          scene.remove()
        }
      }),
      { numRuns: 25 }
    )
    scene = lakeScene()
  }, 60_000)

  test('of a chain that is not the id keeps one of each number, and misses what the numbers lack', async () => {
    scene = lakeScene()
    const numbered = tradesFrom(0, 6).map((trade, n) => ({ ...trade, id: `u-${n}`, sequence: String(70 + n) }))
    await scene.write(0, numbered.slice(0, 3))
    await scene.write(3, [...numbered.slice(2, 3), ...numbered.slice(4)])
    const { findings } = await checkLake(scene.store, { ledger: null, isQuick: false, signal: NEVER })
    expect(findings.map(({ says }) => says)).toEqual(['ids 73 are missing, and `gaps` was not asked'])
    const times = { from: MIDNIGHT, to: MIDNIGHT + DAY_MS }
    const ticks: Tick[] = []
    for await (const some of ticksInRange(scene.store, await liveFiles(scene.store), times, () =>
      liveFiles(scene.store)
    ))
      ticks.push(...some)
    const brief = (tick: Tick): string =>
      isTrade(tick) ? tick.id : tick.kind === 'gap' ? `${tick.fromId}..${tick.toId}` : `to ${tick.lastId}`
    expect(ticks.map(brief)).toEqual(['u-0', 'u-1', 'u-2', '73..73', 'u-4', 'u-5', 'to 75'])
  })
})

/** Trades of an exchange without a chain, ids of no order, times nearly so. */
const unnumbered = (count: number, of: Partial<Trade> = {}): readonly Trade[] =>
  tradesFrom(0, count, { exchange: 'bybit', ...of }).map((trade, n) => ({
    ...trade,
    id: `${(n * 7_919) % 104_729}-x`,
    price: String(60_000 + ((n * 31) % 97)),
    time: epochMs(MIDNIGHT + Math.floor(n / 3) * 50 - (n % 10 === 9 ? 400 : 0))
  }))

/** In the order of their records, those of the earlier day first. */
const byDay = (trades: readonly Trade[]): readonly Trade[] =>
  [...Map.groupBy(trades, ({ time }) => time < MIDNIGHT).entries()]
    .sort(([a], [b]) => Number(b) - Number(a))
    .flatMap(([, some]) => some)

describe('the ticks of a lake whose trades no number proves whole', () => {
  let scene: LakeScene
  afterEach(() => scene.remove())

  const read = async (from: number, to: number, during: () => Promise<void> = async () => undefined) => {
    const times = { from: MIDNIGHT + from, to: MIDNIGHT + to }
    const ticks: Tick[] = []
    for await (const some of unnumberedTicks(scene.store, await liveFiles(scene.store), times, () =>
      liveFiles(scene.store)
    )) {
      ticks.push(...some)
      await during()
    }
    return ticks
  }

  test('are each trade once, in the order of its records, with heartbeats behind which nothing earlier comes', async () => {
    scene = lakeScene(false)
    const trades = unnumbered(4_000)
    await scene.write(0, trades.slice(0, 1_700))
    await scene.write(1_700, [...trades.slice(1_650, 1_700), ...trades.slice(1_700)])
    const ticks = await read(-1_000, DAY_MS)
    expect(ticks.filter(isTrade)).toEqual(byDay(trades))
    const beats = ticks.filter(tick => !isTrade(tick))
    expect(beats.length).toBeGreaterThan(3)
    expect(beats.every(beat => 'lastId' in beat && beat.lastId === null)).toBe(true)
    for (const [at, tick] of ticks.entries())
      if (!isTrade(tick)) expect(ticks.slice(at).every(later => !isTrade(later) || later.time > tick.time)).toBe(true)
    expect(ticks.at(-1)).toMatchObject({ kind: 'heartbeat', time: Math.max(...trades.map(({ time }) => time)) })
  })

  test('of a time range end at its end where a later trade is known', async () => {
    scene = lakeScene(false)
    const trades = unnumbered(300)
    await scene.write(0, trades)
    const ticks = await read(500, 2_000)
    const isIn = ({ time }: Trade): boolean => time >= MIDNIGHT + 500 && time < MIDNIGHT + 2_000
    expect(ticks.filter(isTrade)).toEqual(byDay(trades.filter(isIn)))
    expect(ticks.at(-1)).toMatchObject({ kind: 'heartbeat', time: MIDNIGHT + 2_000, lastId: null })
  })

  test('go on to come while compaction replaces and removes their files', async () => {
    scene = lakeScene(false)
    const trades = unnumbered(3_000)
    for (let at = 0; at < trades.length; at += 500) await scene.write(at, trades.slice(at, at + 500))
    const ticks = await read(-1_000, DAY_MS, async () => {
      for (const day of ['2024-08-08', '2024-08-09']) for await (const _ of compactDay(scene.store, day, NEVER));
      await removeReplaced(scene.store, Number.MAX_SAFE_INTEGER, NEVER)
    })
    expect(ticks.filter(isTrade)).toEqual(byDay(trades))
  })
})

describe('the models of a lake of other exchanges', () => {
  let scene: ReturnType<typeof modelScene>
  afterEach(() => rmSync(scene.folder, { recursive: true, force: true }))

  const expectGold = async (ticks: readonly Tick[], hasChain: boolean): Promise<void> => {
    const built = await scene.build('lake.duckdb')
    expect(built.tests.filter(({ isFault }) => isFault)).toEqual([])
    const made = new Map((await scene.rows('lake.duckdb', GOLD)).map(told).map(candle => [keyOf(candle), candle]))
    const finals = finalsOf(ticks, hasChain)
    expect(finals.length).toBeGreaterThan(1)
    for (const final of finals) expect(made.get(keyOf(final))).toEqual(final)
  }

  test('without a chain: gold has the candles of the stream, ids of any text', async () => {
    scene = modelScene(false)
    const trades = unnumbered(3_000, { symbol: 'BTC/USDT:USDT' }).toSorted((a, b) => a.time - b.time)
    const spread = trades.map((trade, n) => {
      const time = epochMs(trade.time + Math.floor(n / 100) * 60_000)
      return { ...trade, time, receivedAt: epochMs(time + 5) }
    })
    await scene.write(spread.slice(0, 1_000))
    await scene.write(spread.slice(1_000))
    const end = epochMs(MIDNIGHT + 2 * DAY_MS)
    await expectGold([...spread, heartbeatOf(spread[0]!, { time: end, lastId: null, receivedAt: end })], false)
    const [row] = await scene.rows('lake.duckdb', 'select count(*) as n, sum(missing) as missing from candles_1m')
    expect(row).toMatchObject({ missing: null })
  })

  test('with sequences, prints and flags: what is excluded counts by its number alone', async () => {
    scene = modelScene()
    const trades = tradesFrom(0, 600, { exchange: 'deribit', prints: 2 }).map(
      (trade, n): Trade => ({
        ...trade,
        id: `D-${(n * 7_919) % 104_729}`,
        time: epochMs(MIDNIGHT + n * 500),
        receivedAt: epochMs(MIDNIGHT + n * 500 + 5),
        sequence: String(5_000 + n),
        ...(n % 50 === 7 && { flags: ['block', 'excluded'] as const })
      })
    )
    await scene.write(trades)
    await expectGold(trades, true)
    const gold = await scene.rows(
      'lake.duckdb',
      'select trade_count, print_count, first_sequence, last_sequence, missing from candles_1m order by open_time limit 1'
    )
    expect(gold).toEqual([
      { trade_count: '117', print_count: '234', first_sequence: '5000', last_sequence: '5119', missing: '0' }
    ])
    const excluded = await scene.rows('lake.duckdb', 'select flags, is_excluded from silver_trades where is_excluded')
    expect(excluded).toHaveLength(12)
    expect(excluded[0]).toEqual({ flags: 'block,excluded', is_excluded: 'true' })
  })

  test('of contracts that count in the quote currency: what they say is summed up', async () => {
    scene = modelScene()
    const trades = tradesFrom(0, 300, { exchange: 'binancecoinm', symbol: 'BTC/USD:BTC' }).map((trade, n): Trade => {
      const time = epochMs(MIDNIGHT + n * 500)
      const more = n % 3 === 0 ? {} : { contracts: String(n + 1), quoteQuantity: `${100 * (n + 1)}.5` }
      return { ...trade, time, receivedAt: epochMs(time + 5), ...more }
    })
    await scene.write(trades)
    await expectGold(trades, true)
  })

  test('files from before these columns open beside new ones', async () => {
    scene = modelScene()
    const path =
      'raw_ticks/exchange=binance/symbol=BTC-USDT/date=2024-08-09/raw_ticks-0-00000000000000000000-00000000000000000019.parquet'
    const bytes = readFileSync('test/lake/trades-of-before.parquet')
    await scene.store.put(path, [bytes])
    const [offsets, times] = [
      { firstOffset: 0, lastOffset: 19 },
      { minTime: MIDNIGHT, maxTime: MIDNIGHT + 19 }
    ]
    const ids = { minId: '1000000', maxId: '1000019', ids: [['1000000', '1000019']] as const }
    const of = { exchange: 'binance', instrument: 'BTC/USDT', date: '2024-08-09' }
    const file = { path, ...of, rows: 20, bytes: bytes.length, ...offsets, ...times, ...ids, duplicates: 0 }
    await putEntry(scene.store, {
      ...{ schema: 'raw_ticks/1', topic: 'raw_ticks', partition: 0, made: 0 },
      ...offsets,
      files: [file]
    })
    await scene.build('lake.duckdb')
    scene.skipTo(20)
    await scene.write(tradesFrom(20, 20, { prints: 3 }))
    await scene.build('lake.duckdb')
    const sums = 'select count(*) as n, sum(prints) as prints, count(number) as numbers from silver_trades'
    expect(await scene.rows('lake.duckdb', sums)).toEqual([{ n: '40', prints: '60', numbers: '40' }])
    for await (const { rows } of compactDay(scene.store, '2024-08-09', NEVER)) expect(rows).toBe(40)
    const { findings } = await checkLake(scene.store, { ledger: null, isQuick: false, signal: NEVER })
    expect(findings.filter(({ kind }) => kind === 'fault')).toEqual([])
    await scene.build('lake.duckdb')
    expect(await scene.rows('lake.duckdb', sums)).toEqual([{ n: '40', prints: '60', numbers: '40' }])
  })
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type pg from 'pg'
import { readTable } from '../../src/kafka/read/table/read-table.ts'
import { readValues } from '../../src/kafka/read/table/read-values.ts'
import { INTERVALS } from '../../src/market/interval.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { isTrade, type Tick, type Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import type { SimulatedExchange } from '../../src/simulate/simulated-exchange.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { migrate } from '../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../src/sink/postgres/schema/migrations.ts'
import { backfillState, candles, deadLetters, gaps, rawTicks } from '../../src/topics.ts'
import { eventually } from '../support/eventually.ts'
import { openGatedRest } from '../support/gated-rest.ts'
import { BTC, candlesOf, MINUTE, openPastMarket, tradesOf } from '../support/past-market.ts'
import { runProgram, startStage } from '../support/program.ts'
import { testDatabase } from '../support/servers.ts'
import { produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

const RATE = 40
const MINUTES = 4

let exchange: SimulatedExchange
let from: number
let to: number
let trades: readonly Trade[]
const clusters: TestKafka[] = []

const iso = (time: number): string => new Date(time).toISOString()

/** A prefix with all topics. */
const openPrefix = async (): Promise<TestKafka> => {
  const cluster = await testKafka()
  clusters.push(cluster)
  const { code, stderr } = await runProgram(['topics', 'apply'], environment(cluster))
  if (code !== 0) throw new Error(stderr)
  return cluster
}

const environment = ({ brokers, prefix }: TestKafka, rest = exchange.rest) => ({
  KAFKA_BROKERS: brokers,
  TOPIC_PREFIX: prefix,
  BINANCE_REST_URL: rest,
  INTERVALS: INTERVALS.join(','),
  REVISION_HORIZON: '60s'
})

const args = (begin: number, end: number): readonly string[] => [
  'backfill',
  ...['--symbol', 'binance:BTC/USDT', '--from', iso(begin), '--to', iso(end)]
]

const ticksIn = ({ kafka, prefix }: TestKafka): Promise<readonly Tick[]> => readValues(kafka, prefix, rawTicks)

const idsIn = async (cluster: TestKafka): Promise<readonly number[]> =>
  (await ticksIn(cluster)).filter(isTrade).map(({ id }) => Number(id))

const send = (cluster: TestKafka, ticks: readonly Tick[]): Promise<void> =>
  produce(
    cluster,
    rawTicks.name,
    ticks.map(tick => ({ key: rawTicks.key(tick), value: rawTicks.codec.encode(tick), timestamp: String(tick.time) }))
  )

const finalsIn = async ({ kafka, prefix }: TestKafka): Promise<readonly Candle[]> => {
  const all = await Promise.all(INTERVALS.map(interval => readValues(kafka, prefix, candles[interval])))
  const finals = all.flat().filter(candle => candle.final)
  return [...new Map(finals.map(candle => [`${candle.interval} ${candle.openTime}`, candle])).values()]
}

const beat = (lastId: string, time: number): Tick => ({
  kind: 'heartbeat',
  ...BTC,
  time: epochMs(time),
  lastId,
  receivedAt: epochMs(time)
})

/** Everything but how it came about. */
const figures = (all: readonly Candle[]) =>
  new Map(all.map(({ status: _, revision: __, ...figure }) => [`${figure.interval} ${figure.openTime}`, figure]))

beforeAll(async () => {
  exchange = await openPastMarket(RATE)
  to = Math.floor(Date.now() / MINUTE) * MINUTE - MINUTE
  from = to - MINUTES * MINUTE
  trades = (await tradesOf(exchange.rest, from, to)).map(trade => ({ ...trade, via: 'stream' }))
})

afterAll(async () => {
  await Promise.all(clusters.map(cluster => cluster.sweep()))
  await exchange.close()
})

describe('backfill into a fresh prefix', () => {
  let cluster: TestKafka
  let database: Awaited<ReturnType<typeof testDatabase>>
  let pool: pg.Pool

  beforeAll(async () => {
    cluster = await openPrefix()
    database = await testDatabase()
    pool = createPool(database.url, 'test')
    await migrate(pool, readMigrations())
  })

  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  test('killed in its middle and started again, it brings every trade, and nothing of before again', async () => {
    // Two questions for the ends, then pages.
    const gate = await openGatedRest(exchange.rest, 2 + 4)
    const env = environment(cluster, gate.url)
    const first = startStage(args(from, to), env)
    const position = async () => (await readTable(cluster.kafka, cluster.prefix, backfillState))[0]
    const begun = Number(trades[0]?.id)
    await eventually(async () => Number((await position())?.nextId) === begun + 4_000, first.said)
    expect(await first.end('SIGKILL')).toBeNull()
    gate.open()
    const second = await runProgram(args(from, to), env)
    await gate.close()
    expect([second.code, second.stderr]).toEqual([0, expect.any(String)])
    expect(second.stdout).toContain(`${trades.length - 4_000} trades published`)
    expect(await idsIn(cluster)).toEqual(trades.map(({ id }) => Number(id)))
    expect(await runProgram(args(from, to), env)).toMatchObject({ code: 0, stdout: expect.stringContaining('--again') })
  })

  test('the candles are those of a live run, and the exchange agrees', async () => {
    const env = { ...environment(cluster), POSTGRES_URL: database.url }
    const stages = [startStage(['aggregate'], env), startStage(['sink', 'postgres'], env)]
    const due = figures(candlesOf(trades, to))
    const said = () => stages.map(stage => stage.said())
    await eventually(async () => (await finalsIn(cluster)).length >= due.size, said)
    const made = await finalsIn(cluster)
    expect(figures(made)).toEqual(due)
    expect(new Set(made.map(({ status }) => status))).toEqual(
      new Set(['partial', 'backfilled', 'empty'].filter(one => made.some(({ status }) => status === one)))
    )
    const stored = async () =>
      (await pool.query("select count(*)::int as n from candles where interval = '1m'")).rows[0].n
    await eventually(async () => (await stored()) >= MINUTES, said)
    await Promise.all(stages.map(stage => stage.end('SIGTERM')))
    const timeRange = ['--symbol', 'binance:BTC/USDT', '--from', iso(from), '--to', iso(to)]
    const verified = await runProgram(['verify', ...timeRange], env)
    expect(verified.stdout).toContain(`${MINUTES - 1} equal, 0 different, 0 missing, 1 incomplete, 0 breaks`)
    expect(verified.code).toBe(0)
  })
})

describe('backfill under a running prefix', () => {
  let cluster: TestKafka
  const lostFrom = 500
  const lostTo = 540

  beforeAll(async () => {
    cluster = await openPrefix()
  })

  test('fills what was given up, makes gap backfilled, and fetches nothing else', async () => {
    const [first, last] = [Number(trades[lostFrom]?.id), Number(trades[lostTo]?.id)]
    // Late in the range, so that the hole lies within the revision horizon.
    const near = trades.filter(({ time }) => time < from + MINUTE)
    const streamed: readonly Tick[] = near.filter(({ id }) => Number(id) < first || Number(id) > last)
    const range = { fromId: String(first), toId: String(last) }
    const lost = { kind: 'gap', ...BTC, ...range, time: trades[lostTo]!.time, receivedAt: epochMs(to) } as const
    const gap = {
      ...BTC,
      ...range,
      count: last - first + 1,
      detectedAt: epochMs(from),
      status: 'unrecoverable',
      cause: 'disconnect',
      closedAt: epochMs(from)
    } as const
    await produce(cluster, gaps.name, [{ key: gaps.key(gap), value: gaps.codec.encode(gap) }])
    await send(cluster, [...streamed, lost, beat(near.at(-1)!.id, from + MINUTE)])
    const stage = startStage(['aggregate'], environment(cluster))
    const seconds = async (status: string) =>
      (await finalsIn(cluster)).filter(one => one.interval === '1s' && one.status === status)
    await eventually(
      async () => (await seconds('gap')).length > 0 && (await finalsIn(cluster)).some(one => one.interval === '1m'),
      stage.said
    )
    const before = (await idsIn(cluster)).length
    const { code, stdout, stderr } = await runProgram(args(from, from + MINUTE), environment(cluster))
    expect([code, stderr]).toEqual([0, expect.any(String)])
    expect(stdout).toContain(`${gap.count} trades published`)
    expect(await idsIn(cluster)).toHaveLength(before + gap.count)
    await eventually(async () => (await seconds('gap')).length === 0, stage.said)
    const due = figures(candlesOf(near, from + MINUTE))
    const made = figures(await finalsIn(cluster))
    expect(
      [...due]
        .filter(([, { interval }]) => interval !== '1d' && interval !== '1h')
        .every(([at, one]) => JSON.stringify(made.get(at)) === JSON.stringify(one))
    ).toBe(true)
    expect(await readTable(cluster.kafka, cluster.prefix, gaps)).toMatchObject([{ ...range, status: 'filled' }])
    await stage.end('SIGTERM')
  })

  test('refuses what its candles can no longer take in, and says how it is built', async () => {
    const later = trades.filter(({ time }) => time >= from + MINUTE)
    await send(cluster, [...later, beat(later.at(-1)!.id, to)])
    const stage = startStage(['aggregate'], environment(cluster))
    await eventually(async () => (await finalsIn(cluster)).some(one => one.closeTime === to), stage.said)
    await stage.end('SIGTERM')
    const before = (await idsIn(cluster)).length
    const { code, stderr } = await runProgram(args(from - 5 * MINUTE, to), environment(cluster))
    expect(code).toBe(2)
    expect(stderr).toContain(`begin with trade ${trades[0]?.id}`)
    expect(stderr).toMatch(/TOPIC_PREFIX=history- tickstream backfill --symbol binance:BTC\/USDT/)
    expect(await idsIn(cluster)).toHaveLength(before)
    expect(await readValues(cluster.kafka, cluster.prefix, deadLetters)).toEqual([])
  })
})

describe('backfill refuses', () => {
  test('what it cannot begin with, and an exchange that does not answer', async () => {
    const cluster = clusters[0]!
    const env = environment(cluster)
    const wrong = await runProgram(['backfill', '--symbol', 'mtgox:BTC/USD', '--from', 'now'], env)
    expect(wrong.code).toBe(2)
    for (const part of ['mtgox', '--to is missing', '--from now']) expect(wrong.stderr).toContain(part)
    expect(await runProgram(args(to, from), env)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not before')
    })
    const unknown = [...args(from, to), '--symbol', 'binance:NO/SUCH']
    expect(await runProgram(unknown, env)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no such instrument')
    })
    const nowhere = await runProgram(args(from + 1, to), environment(cluster, 'http://127.0.0.1:1'))
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('does not answer') })
  })

  test('trades that raw_ticks would not keep', async () => {
    const old = to - 10 * 24 * 60 * MINUTE
    const { code, stderr } = await runProgram(args(old, old + MINUTE), environment(await openPrefix()))
    expect([code, stderr]).toEqual([1, expect.stringContaining('--lift-retention')])
  })
})

import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { liveFiles } from '../../src/lake/manifest/manifest.ts'
import { folderStore } from '../../src/lake/store/folder-store.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { rawTicks } from '../../src/topics.ts'
import { eventually } from '../support/eventually.ts'
import { heartbeat, trade } from '../support/market.ts'
import { runProgram, startStage } from '../support/program.ts'
import { freshPrefix, testBrokers, testDatabase } from '../support/servers.ts'
import { produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

const TRADES = 300
const MINUTE_MS = 60_000
const START = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 10 * MINUTE_MS
const END = START + TRADES * 1_000

let cluster: TestKafka
let database: Awaited<ReturnType<typeof testDatabase>>
let env: Record<string, string>
const folder = mkdtempSync(join(tmpdir(), 'tickstream-backup-'))
const lakeOf = (name: string): string => join(folder, name)

/** What docs/backup.md says under a heading: the commands of its block. */
const commandsOf = (heading: string): readonly string[] => {
  const [, after = ''] = readFileSync('docs/backup.md', 'utf8').split(`## ${heading}\n`)
  const [, block = ''] = /```\n([\s\S]*?)```/.exec(after) ?? []
  return block.trimEnd().split('\n')
}

const publish = (ticks: readonly Tick[]): Promise<void> =>
  produce(
    cluster,
    rawTicks.name,
    ticks.map(tick => ({ key: rawTicks.key(tick), value: rawTicks.codec.encode(tick), timestamp: String(tick.time) }))
  )

/** A trade a second, and the heartbeat that closes their windows. */
const ticksOf = (from: number, to: number): readonly Tick[] => [
  ...Array.from({ length: to - from }, (_, at) => trade(from + at + 1, START + (from + at) * 1_000)),
  heartbeat(to, START + to * 1_000)
]

const query = async (url: string, text: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

const CANDLES = `select exchange, symbol, interval, open_time, open, close, volume, trade_count, revision, status,
first_trade_id, last_trade_id from candles where final order by interval, open_time`

const candlesIn = (url: string) => query(url, CANDLES)
const keptIn = async (lake: string): Promise<number> =>
  (await liveFiles(folderStore(lakeOf(lake)))).reduce((sum, file) => sum + file.rows, 0)

/** Runs stages until something holds, and ends them. */
const running = async (
  stages: readonly (readonly string[])[],
  settings: Record<string, string>,
  holds: () => Promise<boolean>
): Promise<void> => {
  const started = stages.map(words => startStage(words, settings))
  const said = () => started.map(stage => stage.said()).join('\n')
  try {
    await eventually(holds, said)
  } finally {
    for (const stage of started) expect(await stage.end('SIGTERM')).toBe(0)
  }
}

const program = async (line: string, settings = env): Promise<string> => {
  const { code, stdout, stderr } = await runProgram(line.split(' '), settings)
  expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' })
  return stdout
}

beforeAll(async () => {
  cluster = { ...(await testKafka()), brokers: await testBrokers(), prefix: freshPrefix() }
  database = await testDatabase()
  env = {
    KAFKA_BROKERS: cluster.brokers,
    TOPIC_PREFIX: cluster.prefix,
    POSTGRES_URL: database.url,
    LAKE_DIR: lakeOf('lake'),
    LAKE_EVERY_MS: '1'
  }
  await program('topics apply')
  await program('migrate')
}, 120_000)

afterAll(async () => {
  await cluster.sweep()
  await dropCopy()
  await database.drop()
  rmSync(folder, { recursive: true, force: true })
})

/** The database of yesterday is dropped here: it is nobody's else. */
const dropCopy = async (): Promise<void> => {
  const server = new URL(database.url)
  const name = server.pathname.slice(1)
  server.pathname = '/postgres'
  await query(server.href, `drop database if exists ${name}y with (force)`)
}

const SINKS = [
  ['sink', 'postgres'],
  ['sink', 'lake']
] as const
const ALL = [['aggregate'], ...SINKS] as const

const secondsIn = async (url: string): Promise<number> =>
  (await candlesIn(url)).filter(({ interval }) => interval === '1s').length

describe('what docs/backup.md says', () => {
  let whole: readonly Record<string, unknown>[]
  let yesterday: string

  test('before anything is lost, candles and trades are stored, and copies of both are made', async () => {
    await publish(ticksOf(0, TRADES / 2))
    const isHalf = async () => (await secondsIn(database.url)) >= 149 && (await keptIn('lake')) === TRADES / 2
    await running(ALL, env, isHalf)
    const url = new URL(database.url)
    const name = url.pathname.slice(1)
    url.pathname = `/${name}y`
    yesterday = url.href
    const server = new URL(database.url)
    server.pathname = '/postgres'
    await query(server.href, `create database ${name}y template ${name}`)
    cpSync(lakeOf('lake'), lakeOf('last-week'), { recursive: true })
    await publish(ticksOf(TRADES / 2, TRADES))
    const isWhole = async () => (await secondsIn(database.url)) >= TRADES - 1 && (await keptIn('lake')) === TRADES
    await running(ALL, env, isWhole)
    whole = await candlesIn(database.url)
    expect((await candlesIn(yesterday)).length).toBeLessThan(whole.length)
  }, 240_000)

  test('a database of yesterday comes to the present by itself, with nothing missing and nothing twice', async () => {
    const settings = { ...env, POSTGRES_URL: yesterday }
    await running([SINKS[0]], settings, async () => (await candlesIn(yesterday)).length >= whole.length)
    expect(await candlesIn(yesterday)).toEqual(whole)
  }, 120_000)

  test('a lake of last week comes to the present by itself, and `lake check` proves it', async () => {
    const settings = { ...env, LAKE_DIR: lakeOf('last-week') }
    await running([SINKS[1]], settings, async () => (await keptIn('last-week')) >= TRADES)
    expect(await keptIn('last-week')).toBe(TRADES)
    expect(await program('lake check', settings)).toContain('nothing is missing')
  }, 120_000)

  test('after a broker was lost, trades come from the lake, and the sink goes on by the commands of the page', async () => {
    const topics = await withAdmin(cluster.kafka, admin => admin.listTopics())
    const own = topics.filter(name => name.startsWith(cluster.prefix))
    await withAdmin(cluster.kafka, admin => admin.deleteTopics({ topics: own }))
    await eventually(
      async () => !(await withAdmin(cluster.kafka, a => a.listTopics())).some(name => own.includes(name))
    )
    const [apply, fromLake, show, move] = commandsOf('The broker is lost').map(line => line.replace('tickstream ', ''))
    await program(apply!)
    const iso = (time: number): string => new Date(time).toISOString()
    await program(fromLake!.replace('FROM', iso(START)).replace('TO', iso(END)).replace('LAKE', lakeOf('lake')))
    const shown = (await program(show!))
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    const due = shown.filter(({ stage, problem }) => stage === 'sink-postgres' && problem !== null)
    expect(due.map(({ topic }) => topic)).toContain('ohlcv_1m')
    for (const topic of new Set(due.map(({ topic }) => topic))) await program(move!.replace('TOPIC', topic))
    await query(database.url, 'delete from candles')
    // The feed goes on, and proves that nothing was traded after the lake's last trade.
    await publish(ticksOf(TRADES, TRADES + 1))
    const again = async () => (await candlesIn(database.url)).filter(({ open_time }) => Number(open_time) < END)
    await running(ALL.slice(0, 2), env, async () => (await again()).length >= whole.length)
    expect(await again()).toEqual(whole)
  }, 240_000)
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect } from '@jest/globals'
import { isTrade, type Tick } from '../../src/market/trade.ts'
import { checkLake } from '../../src/sink/lake/check-lake.ts'
import { folderStore } from '../../src/sink/lake/folder-store.ts'
import { liveEntries, liveFiles } from '../../src/sink/lake/manifest.ts'
import { buildLake } from '../../src/sink/lake/model/build-lake.ts'
import { deadLetters, rawTicks } from '../../src/topics.ts'
import { duckdbRows } from '../sink/lake/lake-rows.ts'
import { eventually } from '../support/eventually.ts'
import { type StageProcess, startStage } from '../support/program.ts'
import { seeded } from '../support/seeded.ts'
import { createTopic, produce, testKafka } from '../support/test-kafka.ts'
import { type Play, together } from '../support/together.ts'
import { type UnrulyMarket, unrulyMarket } from '../support/unruly-market.ts'

const NEVER = new AbortController().signal
const SYMBOLS = 4
const AT_ONCE = 100
/** Trades go on while a sink waits for the session of the one before to end. */
const PACE_MS = 200
const KILLS = 4
const SEEDS = [41, 42, 43, 44, 45]
/** So many steps with files a life has at most, that all of them come before its trades are over. */
const STEPS = 24

/** A market that goes on, sinks as processes that write it to a lake, and what it came to. */
const openScene = async (seed: number) => {
  const cluster = await testKafka()
  await createTopic(cluster, rawTicks.name, 2)
  await createTopic(cluster, deadLetters.name, 1)
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-lake-'))
  const lake = join(folder, 'lake')
  const env = { KAFKA_BROKERS: cluster.brokers, TOPIC_PREFIX: cluster.prefix, LAKE_DIR: lake, LAKE_EVERY_MS: '1' }
  const market: UnrulyMarket = unrulyMarket(seed, SYMBOLS)
  const sent: Tick[] = []
  const stages: StageProcess[] = []
  const send = async (ticks: readonly Tick[]): Promise<void> => {
    const messages = ticks.map(tick => ({
      key: rawTicks.key(tick),
      value: rawTicks.codec.encode(tick),
      timestamp: String(tick.time)
    }))
    await produce(cluster, rawTicks.name, messages)
    sent.push(...ticks)
  }
  const start = (killAt?: number): StageProcess => {
    const kill = { NODE_OPTIONS: `--import=${resolve('test/support/kill-at-file.ts')}`, KILL_AT_FILE_STEP: `${killAt}` }
    const stage = startStage(['sink', 'lake'], { ...env, ...(killAt ? kill : {}) })
    stages.push(stage)
    return stage
  }
  const close = async (): Promise<void> => {
    await Promise.all(stages.map(stage => stage.end('SIGKILL')))
    rmSync(folder, { recursive: true, force: true })
    await cluster.sweep()
  }
  return { folder, lake, store: folderStore(lake), market, sent, send, start, close }
}

type Scene = Awaited<ReturnType<typeof openScene>>

/** Trades come until a sink has ended itself; it says where. */
const liveAndDie = async (scene: Scene, step: number): Promise<string> => {
  const stage = scene.start(step)
  await eventually(async () => {
    await scene.send(scene.market.next(AT_ONCE))
    await sleep(PACE_MS)
    return !stage.isAlive()
  }, stage.said)
  return stage.said()
}

const tradesAt = async ({ store }: Scene): Promise<number> =>
  (await liveEntries(store)).flatMap(entry => entry.files).reduce((sum, file) => sum + file.rows + file.duplicates, 0)

/** Every trade that was sent, once, as text. */
const dueRows = ({ sent }: Scene): readonly string[] =>
  [...new Map(sent.filter(isTrade).map(of => [`${of.symbol} ${of.id}`, of])).values()]
    .map(of => [of.symbol, of.id, of.price, of.quantity, of.time, of.side].join(' '))
    .sort()

/** Without the zeros that the scale of the column adds. */
const exact = (column: string): string => `rtrim(rtrim(${column}::varchar, '0'), '.')`

/** What silver, made by the product's own SQL, holds of the lake. */
const silverRows = async ({ folder, lake, store }: Scene): Promise<readonly string[]> => {
  const database = join(folder, 'lake.duckdb')
  await buildLake({ place: { kind: 'folder', path: lake }, store, database, full: false }, NEVER)
  const rows = await duckdbRows(
    `attach '${database}' as made (read_only); use made;
    select concat_ws(' ', instrument, trade_id, ${exact('price')}, ${exact('quantity')}, time_ms, side) as trade from silver_trades`
  )
  return rows.map(of => String(of.trade)).sort()
}

const play = async (seed: number): Promise<void> => {
  const scene = await openScene(seed)
  const random = seeded(seed)
  try {
    for (let kill = 0; kill < KILLS; kill++)
      expect(await liveAndDie(scene, 1 + Math.floor(random() * STEPS))).toContain('killed ')
    await scene.send(scene.market.end())
    const last = scene.start()
    const trades = scene.sent.filter(isTrade).length
    await eventually(
      async () => (await tradesAt(scene)) === trades,
      async () => [await tradesAt(scene), trades, last.said()]
    )
    expect(await last.end('SIGTERM')).toBe(0)
    const places = (await liveFiles(scene.store)).map(file => `'${join(scene.lake, file.path)}'`)
    const twice = `select kafka_partition, kafka_offset from read_parquet([${places}]) group by all having count(*) > 1`
    expect(await duckdbRows(twice)).toEqual([])
    expect(await silverRows(scene)).toEqual(dueRows(scene))
    const { findings } = await checkLake(scene.store, { ledger: null, isQuick: false, signal: NEVER })
    expect(findings.filter(({ kind }) => kind === 'fault')).toEqual([])
  } finally {
    await scene.close()
  }
}

describe('a sink lake that is killed', () => {
  together(
    SEEDS.map(
      (seed): Play => [
        `${KILLS} times amid its files leaves a whole lake, each trade in it once (seed ${seed})`,
        () => play(seed)
      ]
    )
  )
})

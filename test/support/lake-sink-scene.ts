import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkLake } from '../../src/lake/maintain/check-lake.ts'
import type { LakeFinding } from '../../src/lake/maintain/lake-report.ts'
import { liveFiles } from '../../src/lake/manifest/manifest.ts'
import { buildLake } from '../../src/lake/model/build-lake.ts'
import { openTradeFile } from '../../src/lake/parquet/read-trade-file.ts'
import { framesInRange } from '../../src/lake/read/read-frames.ts'
import type { LakeStore } from '../../src/lake/store/lake-store.ts'
import { isTrade, type Tick } from '../../src/market/records/feed/trade.ts'
import type { LakeLocation } from '../../src/runtime/config/config.ts'
import { type ConnectionFrames, frameLine, packFrames } from '../../src/runtime/frames/frame-lines.ts'
import { deadLetters, rawFrames, rawTicks } from '../../src/topics.ts'
import { duckdbRows } from '../lake/lake-rows.ts'
import { eventually } from './eventually.ts'
import { type StageProcess, startStage } from './program.ts'
import { createTopic, produce, type TestKafka, testKafka } from './test-kafka.ts'
import { type UnrulyMarket, unrulyMarket } from './unruly-market.ts'

const NEVER = new AbortController().signal
const SYMBOLS = 4
const FRAMES = 7
const CONNECTIONS = 3
/** A sink that waits for its store waits longer each time. */
const PATIENCE_MS = 90_000

/** What a lake came to. */
export type LakeVerdict = {
  /** Every trade that was sent, once, as text, and what silver, made by the product's own SQL, holds. */
  readonly due: readonly string[]
  readonly silver: readonly string[]
  /** Every frame that was sent, once, as its line, and what the lake holds; none where RAW_FRAMES is off. */
  readonly framesDue: readonly string[]
  readonly frames: readonly string[]
  /** Places in Kafka whose trade stands in two files that count. */
  readonly twice: readonly string[]
  /** What `lake check` finds wrong. */
  readonly faults: readonly LakeFinding[]
}

/** A market that goes on, sinks as processes that write it to a lake, and a judge. */
export type LakeSinkScene = {
  readonly cluster: TestKafka
  readonly market: UnrulyMarket
  readonly send: (ticks: readonly Tick[]) => Promise<void>
  /** Starts a sink with more settings. */
  readonly start: (env?: Readonly<Record<string, string>>) => StageProcess
  /** Ends the market, waits until the lake has all of it, ends the sink in order, and judges. */
  readonly finish: (sink: StageProcess) => Promise<LakeVerdict>
  readonly close: () => Promise<void>
}

/** Without the zeros that the scale of the column adds. */
const exact = (column: string): string => `rtrim(rtrim(${column}::varchar, '0'), '.')`

const SILVER = `select concat_ws(' ', instrument, trade_id, ${exact('price')}, ${exact('quantity')}, time_ms, side) as trade from silver_trades`

const silverRows = async (place: LakeLocation, store: LakeStore, database: string): Promise<readonly string[]> => {
  await buildLake({ location: place, store, database, full: false }, NEVER)
  const rows = await duckdbRows(`attach '${database}' as made (read_only); use made; ${SILVER}`)
  return rows.map(of => String(of.trade)).sort()
}

const dueRows = (sent: readonly Tick[]): readonly string[] =>
  [...new Map(sent.filter(isTrade).map(of => [`${of.symbol} ${of.id}`, of])).values()]
    .map(of => [of.symbol, of.id, of.price, of.quantity, of.time, of.side].join(' '))
    .sort()

const placesTwice = async (store: LakeStore): Promise<readonly string[]> => {
  const [seen, twice] = [new Set<string>(), [] as string[]]
  for (const file of await liveFiles(store))
    for await (const rows of (await openTradeFile(store, file)).trades())
      for (const place of rows.map(({ partition, offset }) => `${partition}/${offset}`)) {
        if (seen.has(place)) twice.push(place)
        seen.add(place)
      }
  return twice
}

const framesIn = async (store: LakeStore): Promise<readonly string[]> => {
  const lines: string[] = []
  const all = { from: 0, to: Number.MAX_SAFE_INTEGER, exchanges: ['binance'] }
  for await (const { connection, frames } of framesInRange(store, all))
    lines.push(...frames.map(frame => `${connection} ${frameLine(frame)}`))
  return lines.sort()
}

/** Ticks as if three connections had brought them, a few to a record. */
const asFrames = (ticks: readonly Tick[]): readonly ConnectionFrames[] =>
  Array.from({ length: Math.ceil(ticks.length / FRAMES) }, (_, n) => ({
    exchange: 'binance',
    connection: `1-${n % CONNECTIONS}`,
    frames: ticks
      .slice(n * FRAMES, (n + 1) * FRAMES)
      .map(tick => ({ direction: 'in' as const, receivedAt: tick.receivedAt, text: rawTicks.codec.encode(tick) }))
  }))

const frameMessage = ({ exchange, connection, frames }: ConnectionFrames) => {
  const { receivedAt } = frames[0]!
  const record = { exchange, connection, receivedAt, count: frames.length, frames: packFrames(frames) }
  return { key: rawFrames.key(record), value: rawFrames.codec.encode(record), timestamp: String(receivedAt) }
}

/** Opens a scene with topics of its own; `store` is where the judge looks, and `env` how the sinks get there. */
export const openLakeSinkScene = async (
  seed: number,
  {
    place,
    store,
    env
  }: { readonly place: LakeLocation; readonly store: LakeStore; readonly env: Record<string, string> }
): Promise<LakeSinkScene> => {
  const cluster = await testKafka()
  await createTopic(cluster, rawTicks.name, 2)
  await createTopic(cluster, deadLetters.name, 1)
  const keepsFrames = env.RAW_FRAMES === 'on'
  if (keepsFrames) await createTopic(cluster, rawFrames.name, 2)
  const framesSent: ConnectionFrames[] = []
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-judge-'))
  const market = unrulyMarket(seed, SYMBOLS)
  const sent: Tick[] = []
  const stages: StageProcess[] = []
  const send = async (ticks: readonly Tick[]): Promise<void> => {
    const messages = ticks.map(tick => ({
      key: rawTicks.key(tick),
      value: rawTicks.codec.encode(tick),
      timestamp: String(tick.time)
    }))
    await produce(cluster, rawTicks.name, messages)
    if (keepsFrames) {
      const records = asFrames(ticks)
      await produce(cluster, rawFrames.name, records.map(frameMessage))
      framesSent.push(...records)
    }
    sent.push(...ticks)
  }
  const start = (more = {}): StageProcess => {
    const own = { KAFKA_BROKERS: cluster.brokers, TOPIC_PREFIX: cluster.prefix }
    const stage = startStage(['sink', 'lake'], { ...own, ...env, ...more })
    stages.push(stage)
    return stage
  }
  const kept = async (): Promise<number> =>
    (await liveFiles(store)).reduce((sum, file) => sum + file.rows + file.duplicates, 0)
  const finish = async (sink: StageProcess): Promise<LakeVerdict> => {
    await send(market.end())
    const due = sent.filter(isTrade).length
    const framesDue = framesSent
      .flatMap(({ connection, frames }) => frames.map(frame => `${connection} ${frameLine(frame)}`))
      .sort()
    await eventually(
      async () => (await kept()) >= due && (await framesIn(store)).length >= framesDue.length,
      async () => [await kept(), due, sink.said()],
      PATIENCE_MS
    )
    const code = await sink.end('SIGTERM')
    if (code !== 0) throw new Error(`the sink ended with ${code}: ${sink.said()}`)
    const { findings } = await checkLake(store, { ledger: null, isQuick: false, signal: NEVER })
    return {
      due: dueRows(sent),
      framesDue,
      frames: await framesIn(store),
      silver: await silverRows(place, store, join(folder, 'lake.duckdb')),
      twice: await placesTwice(store),
      faults: findings.filter(({ kind }) => kind === 'fault')
    }
  }
  const close = async (): Promise<void> => {
    await Promise.all(stages.map(stage => stage.end('SIGKILL')))
    rmSync(folder, { recursive: true, force: true })
    await cluster.sweep()
  }
  return { cluster, market, send, start, finish, close }
}

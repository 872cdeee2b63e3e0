import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readTopic } from '../../src/kafka/read/read-range.ts'
import { liveFiles } from '../../src/lake/manifest/manifest.ts'
import { folderStore } from '../../src/lake/store/folder-store.ts'
import { isTrade, type Tick } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import type { Incoming } from '../../src/stream/topic.ts'
import { rawTicks } from '../../src/topics.ts'
import { type AggregateScene, makeTopics, openAggregateScene, SCENE_OPTIONS } from '../support/aggregate-scene.ts'
import { eventually } from '../support/eventually.ts'
import { dueFinals, readFinals } from '../support/final-candles.ts'
import { DAY } from '../support/market.ts'
import { runProgram, startStage } from '../support/program.ts'
import { unrulyMarket } from '../support/unruly-market.ts'

const SYMBOLS = 8
const MINUTE = 60_000
/** A trade that nobody ever had. */
const LOST = { symbol: 'S0/USDT', id: '1300' }

const iso = (time: number): string => new Date(time).toISOString()

/** Trades twice, out of order, and filled late; one was given up. All go on for a minute and a half. */
const ticksOf = (seed: number): readonly Tick[] => {
  const market = unrulyMarket(seed, SYMBOLS)
  const all = [...market.next(9_000), ...market.end()]
  const isLost = (tick: Tick): boolean => isTrade(tick) && tick.symbol === LOST.symbol && tick.id === LOST.id
  const lost = all.filter(isTrade).find(isLost)!
  const { exchange, symbol, id } = lost
  const time = epochMs(lost.time + 2_000)
  const givenUp: Tick = { kind: 'gap', exchange, symbol, fromId: id, toId: id, time, receivedAt: time }
  const at = all.findIndex(tick => tick.symbol === symbol && tick.time > time)
  return [...all.slice(0, at), givenUp, ...all.slice(at)].filter(tick => !isLost(tick))
}

describe('replay of a lake as a command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-replayed-lake-'))
  const lake = join(folder, 'lake')
  const store = folderStore(lake)
  const ticks = ticksOf(61)
  const timeRange = ['--from-lake', lake, '--from', iso(DAY), '--to', iso(DAY + MINUTE)]
  let scene: AggregateScene
  let env: Record<string, string>

  const kept = async (): Promise<number> =>
    (await liveFiles(store)).reduce((sum, file) => sum + file.rows + file.duplicates, 0)

  /** The newest finals of windows that end within the range, by what they are of. */
  const newest = async (prefix: string): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> => {
    const finals = (await readFinals(scene.kafka, prefix, SCENE_OPTIONS)).map(({ value }) => JSON.parse(value))
    const within = finals.filter(({ closeTime }) => closeTime <= DAY + MINUTE)
    return new Map(within.map(of => [`${of.symbol} ${of.interval} ${of.openTime}`, of]))
  }

  beforeAll(async () => {
    scene = await openAggregateScene(61)
    env = { KAFKA_BROKERS: scene.brokers, TOPIC_PREFIX: scene.prefix }
    await scene.send(ticks)
    scene.start()
    const sink = startStage(['sink', 'lake'], { ...env, LAKE_DIR: lake, LAKE_EVERY_MS: '1' })
    const due = dueFinals(SCENE_OPTIONS, ticks).length
    const trades = ticks.filter(isTrade).length
    await eventually(
      async () => (await kept()) === trades,
      async () => [await kept(), trades, sink.said()]
    )
    await eventually(async () => (await readFinals(scene.kafka, scene.prefix, SCENE_OPTIONS)).length >= due)
    expect(await sink.end('SIGTERM')).toBe(0)
    expect((await runProgram(['lake', 'compact', '--lake', lake, '--date', '2024-08-09'], {})).code).toBe(0)
  }, 120_000)

  afterAll(async () => {
    await scene.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('an aggregator on what it feeds back makes the candles of the original run', async () => {
    const again = `${scene.prefix}again-`
    await makeTopics(scene.kafka, again)
    const args = ['replay', ...timeRange, '--speed', 'max', '--to-topic', 'raw_ticks']
    const { code, stderr } = await runProgram(args, { ...env, TOPIC_PREFIX: again })
    expect([code, stderr]).toEqual([0, expect.stringContaining('"whole":true')])
    scene.start(undefined, again)
    const due = await newest(scene.prefix)
    expect(due.size).toBeGreaterThan(SYMBOLS * 60)
    await eventually(async () => (await newest(again)).size >= due.size)
    const made = await newest(again)
    // How a candle came about is not what it is: this run waited for nothing, so that nothing was revised or seen as filled late.
    const bare = (of: Readonly<Record<string, unknown>>) => ({ ...of, status: null, revision: null })
    expect([...made.keys()].sort()).toEqual([...due.keys()].sort())
    for (const [key, candle] of due) expect(bare(made.get(key)!)).toEqual(bare(candle))
    const differing = [...due].filter(([key, { status }]) => made.get(key)!.status !== status)
    const ways = differing.map(([key, { status }]) => `${status} is ${made.get(key)!.status}`)
    expect(new Set(ways)).toEqual(new Set(['backfilled is traded']))
    expect([...made.values()].filter(({ status }) => status === 'gap').map(({ symbol }) => symbol)).toContain(
      LOST.symbol
    )
    expect([...made.values()].every(({ revision }) => revision === 0)).toBe(true)
  })

  test('records are those of raw_ticks, by event time and by instrument: ids in order, the gap, and a heartbeat', async () => {
    const again = `${scene.prefix}one-`
    await makeTopics(scene.kafka, again)
    const args = [
      'replay',
      ...timeRange,
      '--speed',
      '120',
      '--to-topic',
      'raw_ticks',
      '--symbol',
      `binance:${LOST.symbol}`
    ]
    const { stderr } = await runProgram(args, { ...env, TOPIC_PREFIX: again })
    expect(JSON.parse(stderr).seconds).toBeGreaterThanOrEqual(0.49)
    const records: Incoming[] = []
    await readTopic(scene.kafka, again + rawTicks.name, batch => void records.push(...batch))
    const read = records.map(({ value }) => rawTicks.codec.decode(value!))
    expect(records.map(({ key }) => String(key))).toEqual(read.map(rawTicks.key))
    expect(records.map(({ timestamp }) => timestamp)).toEqual(read.map(rawTicks.time))
    const ids = read.filter(isTrade).map(({ id }) => Number(id))
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
    const sent = ticks.filter(isTrade).filter(({ symbol, time }) => symbol === LOST.symbol && time < DAY + MINUTE)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBe(new Set(sent.map(({ id }) => id)).size)
    const others = read.filter(tick => !isTrade(tick))
    expect(others).toMatchObject([
      { kind: 'gap', fromId: LOST.id, toId: LOST.id },
      { kind: 'heartbeat', time: DAY + MINUTE }
    ])
    expect(read.at(-1)).toBe(others[1])
  })

  test('what a lake does not hold ends with 2 and what it does hold; so does a place without one', async () => {
    const target = ['--to-topic', 'raw_ticks']
    const unknown = await runProgram(['replay', ...timeRange, ...target, '--symbol', 'binance:NO/USDT'], env)
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toMatch(/binance:NO\/USDT: .* it holds binance:S0\/USDT, binance:S1/)
    const [, , ...times] = timeRange
    const nowhere = await runProgram(['replay', '--from-lake', join(folder, 'none'), ...times, ...target], env)
    expect(nowhere.code).toBe(2)
    expect(nowhere.stderr).toContain('holds no trades')
    const later = ['--from', iso(DAY + 60 * MINUTE), '--to', iso(DAY + 61 * MINUTE)]
    const quiet = await runProgram(['replay', '--from-lake', lake, ...later, ...target], env)
    expect(quiet.code).toBe(2)
    expect(quiet.stderr).toContain('holds no trade of that time')
  })
})

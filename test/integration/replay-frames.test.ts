import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { readTopic } from '../../src/kafka/read/read-range.ts'
import { liveEntries } from '../../src/lake/manifest/manifest.ts'
import { folderStore } from '../../src/lake/store/folder-store.ts'
import { isTrade, type Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { frameLine, packFrames, type RawFrame } from '../../src/runtime/frames/frame-lines.ts'
import { deadLetters, rawFrames, rawTicks } from '../../src/topics.ts'
import { makeTopics } from '../support/aggregate-scene.ts'
import { eventually } from '../support/eventually.ts'
import { DAY } from '../support/market.ts'
import { runProgram, startStage } from '../support/program.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

const RECORDS = 40
const FRAMES = 25

const iso = (time: number): string => new Date(time).toISOString()

const trade = (n: number): RawFrame => ({
  direction: 'in',
  receivedAt: epochMs(DAY + n * 40 + 5),
  text: JSON.stringify({
    stream: 'btcusdt@trade',
    data: {
      e: 'trade',
      E: DAY + n * 40,
      s: 'BTCUSDT',
      t: 1_000 + n,
      p: '61000.10',
      q: '0.001',
      T: DAY + n * 40,
      m: true
    }
  })
})

const subscribed: RawFrame = { direction: 'out', receivedAt: epochMs(DAY + 1), text: '{"method":"SUBSCRIBE"}' }

const frames: readonly RawFrame[] = [subscribed, ...Array.from({ length: RECORDS * FRAMES }, (_, n) => trade(n))]

/** Two connections, the second from the middle on. */
const messages = Array.from({ length: RECORDS + 1 }, (_, n) => frames.slice(n * FRAMES, (n + 1) * FRAMES))
  .filter(some => some.length > 0)
  .map((some, n) => {
    const record = {
      exchange: 'binance',
      connection: `1-${n < RECORDS / 2 ? 1 : 2}`,
      receivedAt: some[0]!.receivedAt,
      count: some.length,
      frames: packFrames(some)
    }
    return { key: rawFrames.key(record), value: rawFrames.codec.encode(record), timestamp: String(record.receivedAt) }
  })

describe('frames that a lake keeps', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-kept-frames-'))
  const lake = join(folder, 'lake')
  const range = ['--from-lake', lake, '--from', iso(DAY), '--to', iso(DAY + 86_400_000)]
  let cluster: TestKafka
  let env: Record<string, string>

  beforeAll(async () => {
    cluster = await testKafka()
    env = { KAFKA_BROKERS: cluster.brokers, TOPIC_PREFIX: cluster.prefix, SYMBOLS: 'binance:BTC/USDT' }
    for (const [name, partitions] of [
      [rawTicks.name, 1],
      [rawFrames.name, 3],
      [deadLetters.name, 1]
    ] as const)
      await createTopic(cluster, name, partitions)
    await produce(cluster, rawFrames.name, messages)
    const sink = startStage(['sink', 'lake'], { ...env, LAKE_DIR: lake, LAKE_EVERY_MS: '1', RAW_FRAMES: 'on' })
    const files = async () => (await liveEntries(folderStore(lake), 'raw_frames')).flatMap(entry => entry.files)
    await eventually(
      async () => (await files()).reduce((sum, { rows }) => sum + rows, 0) === frames.length,
      async () => [await files(), sink.said()]
    )
    expect(await sink.end('SIGTERM')).toBe(0)
    // The retention of the topic has passed.
    await withAdmin(cluster.kafka, admin => admin.deleteTopics({ topics: [cluster.prefix + rawFrames.name] }))
  }, 120_000)

  afterAll(async () => {
    await cluster.sweep()
    rmSync(folder, { recursive: true, force: true })
  })

  test('are decoded anew when the topic has them no more, each trade once', async () => {
    const again = `${cluster.prefix}again-`
    await makeTopics(cluster.kafka, again)
    const { code, stderr } = await runProgram(['replay', '--redecode', ...range, '--to-prefix', again], env)
    expect([code, stderr]).toEqual([0, expect.stringContaining('"whole":true')])
    const trades: Trade[] = []
    await readTopic(cluster.kafka, again + rawTicks.name, batch => {
      for (const { value } of batch) {
        const tick = rawTicks.codec.decode(value!)
        if (isTrade(tick)) trades.push(tick)
      }
    })
    expect(trades.map(({ id, time, receivedAt }) => [Number(id), time, receivedAt])).toEqual(
      Array.from({ length: RECORDS * FRAMES }, (_, n) => [1_000 + n, DAY + n * 40, DAY + n * 40 + 5])
    )
  })

  test('become a recording, of one time range', async () => {
    const file = join(folder, 'recording')
    const to = DAY + 20_000
    const args = ['record', '--out', file, '--from-lake', lake, '--from', iso(DAY), '--to', iso(to)]
    const { code, stderr } = await runProgram(args, env)
    expect([code, stderr]).toEqual([0, expect.anything()])
    const due = frames.filter(({ receivedAt }) => receivedAt < to)
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toEqual(due.map(frameLine))
  })

  test('that are not there are said to be missing, and options that say nothing are refused', async () => {
    const later = ['--from-lake', lake, '--from', iso(DAY + 86_400_000), '--to', iso(DAY + 2 * 86_400_000)]
    const nothing = await runProgram(['record', '--out', join(folder, 'x'), ...later], env)
    expect(nothing.code).toBe(2)
    expect(nothing.stderr).toMatch(/holds no frames of binance between 2024-08-10.*RAW_FRAMES is on/)
    const wrong = await runProgram(['replay', '--redecode', ...range, '--to-prefix', 'x', '--speed', '2'], env)
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('--speed says nothing to frames of a lake')
  })
})

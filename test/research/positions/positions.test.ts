import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Pool } from 'pg'
import { createLogs } from '../../../src/kafka/admin/log/logs.ts'
import { positionValue } from '../../../src/kafka/task/commit/state-changelog.ts'
import { setPositions } from '../../../src/sink/postgres/offsets.ts'
import { createPool } from '../../../src/sink/postgres/pool.ts'
import { migrate } from '../../../src/sink/postgres/schema/migrate.ts'
import { readMigrations } from '../../../src/sink/postgres/schema/migrations.ts'
import { runProgram } from '../../support/program.ts'
import { testDatabase } from '../../support/servers.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../../support/test-kafka.ts'

const START = Date.now() - 600_000
const TOPIC = 'kpi'

let before: TestKafka
let now: TestKafka
let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool
let env: Record<string, string>

/** A record of a partition; its time is not always in order. */
const message = (n: number, partition: number) => ({
  key: `key-${n % 3}`,
  value: `record ${n} of ${partition}`,
  partition,
  timestamp: String(START + n * 100 - (n % 5) * 250)
})

const range = (from: number, to: number, partition: number) =>
  Array.from({ length: to - from }, (_, at) => message(from + at, partition))

beforeAll(async () => {
  const cluster = await testKafka()
  before = { ...cluster, prefix: `${cluster.prefix}before-` }
  now = { ...cluster, prefix: `${cluster.prefix}now-` }
  for (const one of [before, now]) await createTopic(one, TOPIC, 2)
  // Marks of transactions stand elsewhere in the copy, and it does not have the beginning any more.
  await produce(before, TOPIC, [...range(0, 50, 0), ...range(0, 200, 1)])
  await produce(before, TOPIC, range(50, 200, 0))
  await produce(now, TOPIC, range(30, 120, 0))
  await produce(now, TOPIC, range(120, 200, 0))
  database = await testDatabase()
  pool = createPool(database.url, 'test')
  await migrate(pool, readMigrations())
  env = { KAFKA_BROKERS: before.brokers, TOPIC_PREFIX: now.prefix, POSTGRES_URL: database.url, LAKE_DIR: '' }
})

afterAll(async () => {
  await pool.end()
  await database.drop()
  await before.sweep()
  await now.sweep()
})

const setBefore = (positions: readonly { readonly partition: number; readonly next: bigint }[]) =>
  setPositions(
    pool,
    `${before.prefix}sink-postgres`,
    positions.map(position => ({ topic: before.prefix + TOPIC, ...position }))
  )

const move = (stage: string, ...more: readonly string[]) =>
  runProgram(
    ['positions', 'move', stage, '--from-brokers', before.brokers, '--from-prefix', before.prefix, ...more],
    env
  )

const storedNow = async () =>
  (
    await pool.query('select topic, partition, next_offset from kafka_offsets where consumer_group = $1 order by 2', [
      `${now.prefix}sink-postgres`
    ])
  ).rows.map(({ partition, next_offset }) => [partition, Number(next_offset)])

describe('positions show', () => {
  test('lists positions of states, the database and groups with lag and the time of the record before', async () => {
    await createTopic(before, 'aggregate_state', 2, { 'cleanup.policy': 'compact' })
    const logs = createLogs(before.kafka)
    const log = (await logs.describe([before.prefix + TOPIC])).get(before.prefix + TOPIC)!
    await logs.close()
    const identity = { clusterId: log.clusterId, topicId: log.topicId, leaderEpoch: 0 }
    const other = { ...identity, topicId: 'AAAAAAAAAAAAAAAAAAAAAQ' }
    await produce(before, 'aggregate_state', [
      { key: 'position', value: positionValue({ [TOPIC]: '10' }, '1', { [TOPIC]: identity }, []), partition: 0 },
      { key: 'position', value: positionValue({ [TOPIC]: '20' }, '1', { [TOPIC]: other }, []), partition: 1 },
      { key: 'binance:BTC/USDT|head', value: '{}', partition: 1 }
    ])
    await setBefore([{ partition: 0, next: 152n }])
    const { code, stdout } = await runProgram(['positions', 'show', '--json'], { ...env, TOPIC_PREFIX: before.prefix })
    expect(code).toBe(0)
    const shown = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(shown).toEqual([
      expect.objectContaining({
        stage: 'aggregate',
        topic: TOPIC,
        partition: 0,
        next: '10',
        keptIn: 'its state',
        lag: 192,
        time: Number(message(9, 0).timestamp),
        log: identity,
        problem: null
      }),
      expect.objectContaining({ partition: 1, lag: null, time: null, problem: expect.stringContaining('made anew') }),
      expect.objectContaining({
        stage: 'sink-postgres',
        next: '152',
        keptIn: 'PostgreSQL',
        lag: 50,
        time: Number(message(150, 0).timestamp)
      })
    ])
  })
})

describe('positions move', () => {
  test('says where a sink would go on in a copy, changes nothing, and does it with --yes', async () => {
    // Behind record 149: 50 records, a mark, 100 records.
    await setBefore([{ partition: 0, next: 151n }])
    const said = await move('sink-postgres')
    // 120 of the copy are there, with a mark between them.
    const exact = `${TOPIC}/0: 151 -> 121, behind the same records; repeats and skips nothing`
    expect(said).toMatchObject({ code: 0, stdout: `${exact}\nnothing was changed; --yes moves it\n` })
    expect(await storedNow()).toEqual([])
    expect((await move('sink-postgres', '--yes')).stdout).toBe(`${exact}\nsink-postgres is moved; start it\n`)
    expect(await storedNow()).toEqual([[0, 121]])
  })

  test('a copy that has not come so far yet is read from its end', async () => {
    await setBefore([{ partition: 1, next: 100n }])
    const { stdout } = await move('sink-postgres')
    expect(stdout).toContain(`${TOPIC}/1: 100 -> 0, by time, for no such records are there; repeats up to 0`)
  })

  test('a stage that publishes exactly once, and the lake, are refused with what to do', async () => {
    const aggregate = await move('aggregate', '--yes')
    expect([aggregate.code, aggregate.stderr]).toEqual([1, expect.stringContaining('could publish twice')])
    expect((await move('sink-lake', '--yes')).stderr).toContain('LAKE_DIR of its own')
    expect((await move('sink-influx', '--yes')).stderr).toContain('has no positions in the cluster of before')
  })

  test('a position that is none in the cluster of before is not moved', async () => {
    await setBefore([{ partition: 0, next: 90_000n }])
    const { code, stderr } = await move('sink-postgres', '--yes')
    expect(code).toBe(1)
    expect(stderr).toContain('nothing was moved')
    expect(await storedNow()).toEqual([[0, 121]])
  })
})

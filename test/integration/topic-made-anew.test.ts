import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { runLiveReader } from '../../src/kafka/read/live-reader.ts'
import { liveFiles } from '../../src/lake/manifest/manifest.ts'
import { folderStore } from '../../src/lake/store/folder-store.ts'
import { systemClock as clock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createPulse } from '../../src/runtime/observe/pulse.ts'
import { createHistory } from '../../src/serve/store/database-reader.ts'
import { createStoredPart } from '../../src/serve/store/stored-part.ts'
import { postgresTopics } from '../../src/sink/postgres/postgres-sink.ts'
import { candles, rawTicks } from '../../src/topics.ts'
import { candleAt } from '../support/candles.ts'
import { eventually } from '../support/eventually.ts'
import { DAY, trade } from '../support/market.ts'
import { runProgram, startStage } from '../support/program.ts'
import { testDatabase } from '../support/servers.ts'
import { silent } from '../support/silent.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

const TOPIC = candles['1m'].name
const BEFORE = 100
const AFTER = 150

let cluster: TestKafka
let database: Awaited<ReturnType<typeof testDatabase>>
let env: Record<string, string>
let client: pg.Client

const publish = (from: number, count: number): Promise<void> => {
  const messages = Array.from({ length: count }, (_, n) => candleAt(from + n)).map(candle => ({
    key: candles['1m'].key(candle),
    value: candles['1m'].codec.encode(candle),
    timestamp: String(candle.openTime)
  }))
  return produce(cluster, TOPIC, messages)
}

const rows = async (): Promise<number> => (await client.query('select count(*)::int as n from candles')).rows[0].n

const deleteTopic = async (name: string): Promise<void> => {
  const topic = cluster.prefix + name
  await withAdmin(cluster.kafka, admin => admin.deleteTopics({ topics: [topic] }))
  await eventually(async () => !(await withAdmin(cluster.kafka, admin => admin.listTopics())).includes(topic))
}

const makeAnew = async (): Promise<void> => {
  await deleteTopic(TOPIC)
  await createTopic(cluster, TOPIC, 1)
  // The newest window of before comes again, as it does where a stage is built anew.
  await publish(BEFORE - 1, AFTER)
}

beforeAll(async () => {
  cluster = await testKafka()
  database = await testDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  for (const name of postgresTopics) await createTopic(cluster, name, 1)
  env = { KAFKA_BROKERS: cluster.brokers, TOPIC_PREFIX: cluster.prefix, POSTGRES_URL: database.url }
  expect((await runProgram(['migrate'], env)).code).toBe(0)
})

afterAll(async () => {
  await client.end()
  await database.drop()
  await cluster.sweep()
})

/** How many records a gateway counts as stored when it begins, of those that it reads. */
const edge = async (count: number): Promise<{ readonly read: number; readonly stored: number }> => {
  const { kafka, prefix } = cluster
  const [ended, health] = [new AbortController(), createHealth()]
  const part = createStoredPart({ prefix, health, log: silent })
  const query = async (text: string, values: readonly unknown[]) =>
    (await client.query<unknown[]>({ text, values: [...values], rowMode: 'array' })).rows
  part.setPositions(await createHistory(query).stored(`${prefix}sink-postgres`))
  const heard: bigint[] = []
  const following = runLiveReader({
    kafka,
    prefix,
    groupId: `${prefix}serve-test`,
    topics: [{ topic: TOPIC, back: 5 }],
    stored: part.positions(),
    onTopics: part.setTopics,
    onRecord: ({ offset }) => void heard.push(BigInt(offset)),
    onLeft: () => undefined,
    pulse: createPulse(clock),
    clock,
    random: Math.random,
    health,
    log: silent,
    signal: ended.signal
  })
  await eventually(
    () => heard.length >= count,
    () => heard.length
  )
  ended.abort()
  await following
  const stored = heard.filter(offset => part.has({ topic: TOPIC, partition: 0, offset })).length
  return { read: heard.length, stored }
}

describe('a topic that is made anew before the PostgreSQL sink', () => {
  test('stops the sink; after what its line says it goes on, stores what is new and doubles nothing', async () => {
    await publish(0, BEFORE)
    const first = startStage(['sink', 'postgres'], env)
    await eventually(async () => (await rows()) === BEFORE, first.said)
    expect(await first.end('SIGTERM')).toBe(0)
    await makeAnew()
    const stopped = startStage(['sink', 'postgres'], env)
    await eventually(() => stopped.said().includes('is not the log that was read before'), stopped.said)
    const [, command = ''] = /`tickstream (replay [^`]*)`/.exec(stopped.said()) ?? []
    expect(command).toBe(`replay --topic ${TOPIC} --from-offset 0 --to-group sink-postgres`)
    expect(await rows()).toBe(BEFORE)
    expect(await edge(AFTER)).toEqual({ read: AFTER, stored: 0 })

    expect((await runProgram(command.split(' '), env)).stderr).toContain('stop the stage first')
    expect(await stopped.end('SIGTERM')).toBe(0)
    const moved = await runProgram(command.split(' '), env)
    expect(moved.code).toBe(0)
    expect(moved.stdout).toMatch(/^ohlcv_1m partition 0: 10[01] -> 0\n$/)

    const again = startStage(['sink', 'postgres'], env)
    await eventually(async () => (await rows()) === BEFORE + AFTER - 1, again.said)
    expect(await again.end('SIGTERM')).toBe(0)
    expect(again.said()).not.toContain('is not the log that was read before')
    const { rows: twice } = await client.query('select open_time from candles group by open_time having count(*) > 1')
    expect([await rows(), twice]).toEqual([BEFORE + AFTER - 1, []])
  })
})

describe('a topic whose end the broker has lost, before the PostgreSQL sink', () => {
  test('stops the sink; after what its line says it goes on with what comes, and loses nothing of it', async () => {
    const known = await rows()
    await client.query('update kafka_offsets set next_offset = next_offset + 500 where topic = $1', [
      cluster.prefix + TOPIC
    ])
    const stopped = startStage(['sink', 'postgres'], env)
    await eventually(() => stopped.said().includes('is not the log that was read before'), stopped.said)
    const [, command = ''] = /`tickstream (replay [^`]*)`/.exec(stopped.said()) ?? []
    expect(command).toMatch(
      new RegExp(`^replay --topic ${TOPIC} --partition 0 --from-offset 15[0-9] --to-group sink-postgres$`)
    )
    await publish(BEFORE + AFTER, 10)
    expect(await stopped.end('SIGTERM')).toBe(0)
    expect((await runProgram(command.split(' '), env)).code).toBe(0)
    const again = startStage(['sink', 'postgres'], env)
    await eventually(async () => (await rows()) === known + 10, again.said)
    expect(await again.end('SIGTERM')).toBe(0)
  })
})

describe('a topic that is made anew before the lake', () => {
  const trades = (count: number): Promise<void> => {
    const messages = Array.from({ length: count }, (_, n) => trade(n + 1, DAY + n)).map(of => ({
      key: rawTicks.key(of),
      value: rawTicks.codec.encode(of),
      timestamp: String(of.time)
    }))
    return produce(cluster, rawTicks.name, messages)
  }
  const kept = async (lake: string): Promise<number> =>
    (await liveFiles(folderStore(lake))).reduce((sum, file) => sum + file.rows, 0)

  test('stops the sink; into the fresh LAKE_DIR that its line names comes all that is there now', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tickstream-lake-'))
    const lakeEnv = (name: string) => ({ ...env, LAKE_DIR: join(folder, name), LAKE_EVERY_MS: '1' })
    await createTopic(cluster, rawTicks.name, 1)
    await trades(BEFORE)
    const first = startStage(['sink', 'lake'], lakeEnv('before'))
    await eventually(async () => (await kept(join(folder, 'before'))) === BEFORE, first.said)
    expect(await first.end('SIGTERM')).toBe(0)
    await deleteTopic(rawTicks.name)
    await createTopic(cluster, rawTicks.name, 1)
    await trades(AFTER)
    const stopped = startStage(['sink', 'lake'], lakeEnv('before'))
    await eventually(() => stopped.said().includes('start it with a fresh LAKE_DIR'), stopped.said)
    expect(await stopped.end('SIGTERM')).toBe(0)
    expect(await kept(join(folder, 'before'))).toBe(BEFORE)
    const again = startStage(['sink', 'lake'], lakeEnv('after'))
    await eventually(async () => (await kept(join(folder, 'after'))) === AFTER, again.said)
    expect(await again.end('SIGTERM')).toBe(0)
    expect(again.said()).not.toContain('is not the log that was read before')
    rmSync(folder, { recursive: true, force: true })
  })
})
